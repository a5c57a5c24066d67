import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { kinks } from '@turf/kinks'
import fc from 'fast-check'
import type { Position, Ring } from './dark-store.ts'
import { firstCrossing } from './ring-crossing.ts'

const ring = (...positions: Position[]): Ring => [...positions, positions[0] as Position]
const square = (west: number, south: number, width: number): Ring =>
  ring([west, south], [west + width, south], [west + width, south + width], [west, south + width])

describe('rings', () => {
  const sound: [string, Ring[]][] = [
    ['a triangle', [ring([0, 0], [2, 0], [1, 2])]],
    ['a concave one', [ring([0, 0], [4, 0], [4, 4], [2, 1], [0, 4])]],
    ['one with a position in the middle of a side', [ring([0, 0], [1, 0], [2, 0], [1, 2])]],
    ['one with a hole', [square(0, 0, 10), square(2, 2, 3)]],
    ['two apart', [square(0, 0, 1), square(2, 0, 1)]],
  ]
  for (const [name, rings] of sound)
    test(`cross nowhere in ${name}`, () => assert.equal(firstCrossing(rings), undefined))

  const crossing: [string, Ring[]][] = [
    ['a bow tie', [ring([0, 0], [2, 2], [2, 0], [0, 2])]],
    ['one that touches itself in a corner', [ring([0, 0], [2, 0], [1, 1], [2, 2], [0, 2], [1, 1])]],
    ['one with a corner on its own side', [ring([0, 0], [4, 0], [4, 4], [2, 0], [0, 4])]],
    ['a spike', [ring([0, 0], [4, 0], [4, 4], [6, 6], [4, 4], [0, 4])]],
    ['a line there and back', [ring([0, 0], [4, 0], [2, 0])]],
    ['a side that runs along another', [ring([0, 0], [6, 0], [6, 4], [4, 0], [2, 0], [0, 4])]],
    ['a hole across the outline', [square(0, 0, 10), square(8, 2, 4)]],
    ['a hole that touches the outline', [square(0, 0, 10), square(0, 2, 3)]],
    ['parts with a side in common', [square(0, 0, 2), square(2, 0, 2)]],
    ['the same part twice', [square(0, 0, 2), square(0, 0, 2)]],
  ]
  for (const [name, rings] of crossing) test(`are found to cross in ${name}`, () => assert.ok(firstCrossing(rings)))

  test('cross where Turf finds kinks, as long as no sides lie on one line', () => {
    const coordinate = fc.integer({ min: 0, max: 1_000_000 })
    const anyRing = fc
      .uniqueArray(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 7, selector: String })
      .map((each) => ring(...each))
    fc.assert(
      fc.property(fc.array(anyRing, { minLength: 1, maxLength: 2 }), (coordinates) => {
        assert.equal(
          firstCrossing(coordinates) !== undefined,
          kinks({ type: 'Polygon', coordinates }).features.length > 0,
        )
      }),
      { numRuns: 2000 },
    )
  })

  test('of 2,000 positions in which every side crosses every other are told at once', () => {
    const star = Array.from({ length: 1999 }, (_, at): Position => {
      const angle = (2 * Math.PI * at * 999) / 1999
      return [Math.cos(angle), Math.sin(angle)]
    })
    const start = performance.now()
    assert.ok(firstCrossing([ring(...star)]))
    assert.ok(performance.now() - start < 500)
  })
})
