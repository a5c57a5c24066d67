import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Position, ServiceArea } from './dark-store.ts'
import { kmOutside } from './point-distance.ts'

const square = (lng: number, lat: number): Position[] => [
  [lng, lat],
  [lng + 0.1, lat],
  [lng + 0.1, lat + 0.1],
  [lng, lat + 0.1],
  [lng, lat],
]
const area: ServiceArea = { type: 'MultiPolygon', coordinates: [[square(77.5, 12.9)], [square(78.5, 12.9)]] }
const isNear = (found: number, km: number) => assert.ok(Math.abs(found - km) < km / 100, `${found}, not ${km}`)

describe('the distance of a point from an area', () => {
  test('is none inside of any part', () => {
    assert.equal(kmOutside({ lat: 12.95, lng: 77.55 }, area), 0)
    assert.equal(kmOutside({ lat: 12.95, lng: 78.55 }, area), 0)
  })

  test('is that to the nearest edge or corner, a degree of longitude being narrower than one of latitude', () => {
    isNear(kmOutside({ lat: 13.1, lng: 77.55 }, area), 11.12)
    isNear(kmOutside({ lat: 12.95, lng: 77.4 }, area), 10.84)
    isNear(kmOutside({ lat: 13.1, lng: 77.4 }, area), Math.hypot(11.12, 10.83))
    isNear(kmOutside({ lat: 12.95, lng: 78.4 }, area), 10.84)
  })
})
