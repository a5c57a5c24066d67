import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { cellAt, cellsOf } from './area-cells.ts'
import { createAreaIndex } from './area-index.ts'
import type { Point, Position, Ring, ServiceArea } from './dark-store.ts'
import { polygonsOf, readServiceArea } from './service-area.ts'
import type { ServingStore } from './serviceability.ts'

const centre: Point = { lat: 12.9784, lng: 77.6408 }

/** A ring around a centre with a corner in each direction, nearer or further: concave, and never crossing itself. */
const ringAround = ({ lat, lng }: Point, radii: readonly number[]): Ring => {
  const corners = radii.map((radius, at): Position => {
    const angle = (2 * Math.PI * at) / radii.length
    return [lng + radius * Math.cos(angle), lat + radius * Math.sin(angle)]
  })
  return [...corners, corners[0] as Position]
}

const radiiUpTo = (radius: number) =>
  fc.array(fc.double({ min: radius / 5, max: radius, noNaN: true }), { minLength: 6, maxLength: 24 })

/** From 60 m to 3 km across, with or without a hole, which is as small as a shop or leaves little of the area. */
const aPolygon = (middle: Point): fc.Arbitrary<Ring[]> =>
  fc.constantFrom(0.0003, 0.002, 0.014).chain((radius) =>
    fc
      .record({ outline: radiiUpTo(radius), hole: fc.option(radiiUpTo(1)), share: fc.constantFrom(0.02, 0.5, 0.95) })
      .map(({ outline, hole, share }) => {
        const innermost = Math.min(...outline) * Math.cos(Math.PI / outline.length)
        const rings = [ringAround(middle, outline)]
        return hole
          ? [
              ...rings,
              ringAround(
                middle,
                hole.map((each) => each * innermost * share),
              ),
            ]
          : rings
      }),
  )

const anArea: fc.Arbitrary<ServiceArea> = fc.oneof(
  aPolygon(centre).map((coordinates) => ({ type: 'Polygon' as const, coordinates })),
  fc.tuple(aPolygon(centre), aPolygon({ lat: centre.lat + 0.03, lng: centre.lng + 0.001 })).map((coordinates) => ({
    type: 'MultiPolygon' as const,
    coordinates,
  })),
)

type Side = readonly [Position, Position]

const sidesOf = (area: ServiceArea): Side[] =>
  polygonsOf(area)
    .flat()
    .flatMap((ring) => ring.slice(1).map((to, at): Side => [ring[at] as Position, to]))

/** A ray to the east crosses an odd number of sides. Written for this test, after the book and not after Turf. */
const isIn = (sides: readonly Side[], { lat, lng }: Point): boolean =>
  sides.filter(([[x, y], [toX, toY]]) => y > lat !== toY > lat && lng < x + ((lat - y) / (toY - y)) * (toX - x))
    .length %
    2 ===
  1

/** Within a millimetre of the outline either answer is right. */
const isOnOutline = (sides: readonly Side[], { lat, lng }: Point): boolean =>
  sides.some(([[x, y], [toX, toY]]) => {
    const [width, height] = [toX - x, toY - y]
    const way = Math.min(1, Math.max(0, ((lng - x) * width + (lat - y) * height) / (width ** 2 + height ** 2)))
    return Math.hypot(lng - x - way * width, lat - y - way * height) < 1e-8
  })

/** Points all over the area and around it, and many close to its outlines. */
const pointsOf = (area: ServiceArea): fc.Arbitrary<Point[]> => {
  const corners = polygonsOf(area).flat(2)
  const [lngs, lats] = [corners.map(([lng]) => lng), corners.map(([, lat]) => lat)]
  const within = (values: number[], margin: number) =>
    fc.double({ min: Math.min(...values) - margin, max: Math.max(...values) + margin, noNaN: true })
  const around = fc.record({ lat: within(lats, 0.004), lng: within(lngs, 0.004) })
  const offset = fc.double({ min: -0.0002, max: 0.0002, noNaN: true })
  const nearby = fc
    .tuple(fc.integer({ min: 0, max: corners.length - 2 }), fc.double({ min: 0, max: 1, noNaN: true }), offset, offset)
    .map(([at, way, north, east]) => {
      const [[lng, lat], [toLng, toLat]] = [corners[at] as Position, corners[at + 1] as Position]
      return { lat: lat + way * (toLat - lat) + north, lng: lng + way * (toLng - lng) + east }
    })
  return fc.array(fc.oneof(around, nearby), { minLength: 60, maxLength: 60 })
}

describe('an area in cells', () => {
  test('covers a point exactly when the drawn area does, with holes, bays and several parts', () => {
    fc.assert(
      fc.property(
        anArea.chain((area) => fc.tuple(fc.constant(area), pointsOf(area))),
        ([area, points]) => {
          assert.ok('area' in readServiceArea(area))
          const index = createAreaIndex()
          const cells = cellsOf(area)
          index.put({ id: 'one', version: 1, area } as ServingStore, cells)
          const [inner, border] = [new Set(cells.inner), new Set(cells.border)]
          const sides = sidesOf(area)
          for (const point of points.filter((each) => !isOnOutline(sides, each))) {
            const expected = isIn(sides, point)
            assert.equal(index.covering(point).length === 1, expected, JSON.stringify(point))
            if (inner.has(cellAt(point))) assert.ok(expected)
            else if (!border.has(cellAt(point))) assert.ok(!expected)
          }
        },
      ),
      { numRuns: 150 },
    )
  })

  test('has inner cells, which spare the look at the area, wherever a cell fits', () => {
    const square = ringAround(centre, [0.03, 0.03, 0.03, 0.03])
    const { inner, border } = cellsOf({ type: 'Polygon', coordinates: [square] })
    assert.ok(inner.length > 150 && border.length > 20)
    assert.ok(inner.includes(cellAt(centre)))
    assert.equal(new Set([...inner, ...border]).size, inner.length + border.length)
  })

  test('is on one border cell at least however small it is', () => {
    const { inner, border } = cellsOf({ type: 'Polygon', coordinates: [ringAround(centre, [1e-5, 1e-5, 1e-5])] })
    assert.deepEqual([inner, border], [[], [cellAt(centre)]])
  })
})
