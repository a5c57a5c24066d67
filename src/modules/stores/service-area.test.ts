import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Position, Ring } from './dark-store.ts'
import { readServiceArea } from './service-area.ts'

const square = (lng = 77.6, lat = 12.9, width = 0.05): Ring => [
  [lng, lat],
  [lng + width, lat],
  [lng + width, lat + width],
  [lng, lat + width],
  [lng, lat],
]
const polygon = (...rings: unknown[]) => ({ type: 'Polygon', coordinates: rings })
const multi = (...polygons: unknown[]) => ({ type: 'MultiPolygon', coordinates: polygons })

const circle = (count: number): Ring => {
  const corners = Array.from({ length: count - 1 }, (_, at): Position => {
    const angle = (2 * Math.PI * at) / (count - 1)
    return [77.6 + 0.05 * Math.cos(angle), 12.9 + 0.05 * Math.sin(angle)]
  })
  return [...corners, corners[0] as Position]
}

describe('a service area as it is submitted', () => {
  test('is read as drawn, with holes and several parts', () => {
    for (const area of [
      polygon(square()),
      polygon(square(), square(77.61, 12.91, 0.01), square(77.63, 12.93, 0.01)),
      multi([square()], [square(77.7), square(77.71, 12.91, 0.01)]),
      multi([square(), square(77.61, 12.91, 0.03)], [square(77.62, 12.92, 0.01)]),
      polygon(square().reverse()),
      polygon(circle(2000)),
    ])
      assert.deepEqual(readServiceArea(area), { area })
  })

  test('is read without altitudes and positions that are repeated at once', () => {
    const drawn = square().flatMap(([lng, lat]) => [
      [lng, lat, 920],
      [lng, lat, 920],
    ])
    assert.deepEqual(readServiceArea({ ...polygon(drawn), bbox: [] }), { area: polygon(square()) })
  })

  const [a, b, c, d] = square()
  const wrong: [string, unknown, RegExp][] = [
    ['nothing', undefined, /type must be Polygon or MultiPolygon/],
    ['a text', 'Indiranagar', /type must be Polygon or MultiPolygon/],
    ['a point', { type: 'Point', coordinates: [77.6, 12.9] }, /type must be Polygon or MultiPolygon/],
    ['a feature', { type: 'Feature', geometry: polygon(square()) }, /not a Feature: send only its geometry/],
    ['a collection', { type: 'FeatureCollection', features: [] }, /not a FeatureCollection: send only its geometry/],
    ['no coordinates', { type: 'Polygon' }, /the polygon must be a list of rings/],
    ['no rings', polygon(), /the polygon must be a list of rings/],
    ['no parts', multi(), /coordinates must be a list of polygons/],
    ['a part without rings', multi([square()], []), /part 2 must be a list of rings/],
    ['a ring that is none', polygon(7), /ring 1 must be a list of positions/],
    ['a polygon too deep', polygon([square()]), /position 1 of ring 1 is not a position/],
    ['a ring too shallow', polygon([77.6, 12.9]), /position 1 of ring 1 is not a position/],
    ['texts for numbers', polygon([['77.6', '12.9']]), /it must be \[longitude, latitude\]/],
    ['infinity', polygon([[Number.POSITIVE_INFINITY, 1]]), /not a position/],
    ['an open ring', polygon([a, b, c, d]), /ring 1 is not closed: its last position must be its first/],
    ['two corners', polygon([a, b, a]), /ring 1 has 3 positions that differ from the one before; at least 4/],
    ['one corner', polygon([a, a, a, a]), /ring 1 has 1 position that/],
    [
      'a place outside India',
      polygon(square(2.3, 48.8)),
      /position 1 of ring 1 is \[2.3, 48.8\], which is not in India$/,
    ],
    ['impossible degrees', polygon([[777, 129]]), /which is not in India$/],
    ['latitude first', polygon(square().map(([lng, lat]) => [lat, lng])), /Are latitude and longitude swapped\?/],
    ['a bow tie', polygon([a, c, b, d, a]), /crosses or touches itself or another near \[/],
    ['a spike', polygon([a, b, c, [77.7, 13], c, d, a]), /crosses or touches itself/],
    ['parts that overlap', multi([square()], [square(77.63)]), /crosses or touches itself or another/],
    ['a hole across the outline', polygon(square(), square(77.64, 12.91, 0.02)), /crosses or touches/],
    ['a hole outside', polygon(square(), square(77.7, 12.91, 0.01)), /ring 2 is a hole outside the outline/],
    [
      'a hole in a hole',
      polygon(square(), square(77.61, 12.91, 0.03), square(77.62, 12.92, 0.01)),
      /ring 3 is a hole within a hole/,
    ],
    [
      'a hole of another part',
      multi([square()], [square(77.7), square(77.61, 12.91, 0.01)]),
      /part 2, ring 2 is a hole outside/,
    ],
    ['600 km²', polygon(square(77.6, 12.9, 0.225)), /it covers 6\d\d km²; at most 500 km²/],
    ['2,001 positions', polygon(circle(2001)), /it has 2,001 positions; at most 2,000/],
    ['2,001 positions in two parts', multi([circle(2000)], [[a]]), /it has 2,001 positions/],
  ]
  for (const [name, submitted, message] of wrong)
    test(`is refused as ${name}, with a sentence that says so`, () => {
      const read = readServiceArea(submitted)
      assert.ok('faults' in read)
      assert.match(read.faults.join('; '), message)
    })

  test('tells the faults of all rings, five at most', () => {
    const faultsOf = (area: unknown) => {
      const read = readServiceArea(area)
      return 'faults' in read ? read.faults : []
    }
    assert.equal(faultsOf(polygon([a, b, c, d], 7)).length, 2)
    assert.equal(faultsOf(multi(...Array.from({ length: 40 }, () => [7]))).length, 5)
  })

  test('with 100,000 positions is refused at once', () => {
    const start = performance.now()
    const read = readServiceArea(polygon(circle(100_000)))
    assert.ok('faults' in read && /it has 100,000 positions/.test(read.faults[0] ?? ''))
    assert.ok(performance.now() - start < 1000)
  })

  test('of whatever kind never throws', () => {
    const type = fc.constantFrom('Polygon', 'MultiPolygon')
    const number = fc.oneof(fc.double(), fc.double({ min: 6, max: 98 }))
    const nested = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 5 }, number, fc.array(tie('any'), { maxLength: 5 }), fc.jsonValue()),
    })).any
    fc.assert(fc.property(fc.jsonValue(), (area) => void readServiceArea(area)))
    fc.assert(fc.property(fc.record({ type, coordinates: nested }), (area) => void readServiceArea(area)))
  })
})
