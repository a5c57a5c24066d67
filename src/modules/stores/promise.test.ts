import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Point } from './dark-store.ts'
import { etaMinutes, straightKm } from './promise.ts'

const indiranagar: Point = { lat: 12.9784, lng: 77.6408 }
const terms = { point: indiranagar, pickMinutes: 3, handoverMinutes: 2, pickCapacity: 4 }
/** Some kilometres to the north: 111.195 km are a degree. */
const north = (km: number): Point => ({ ...indiranagar, lat: indiranagar.lat + km / 111.195 })

describe('a promise', () => {
  test('is the time to pick, to ride at 15 km/h along the road and to hand over, rounded up', () => {
    assert.equal(etaMinutes(terms, indiranagar), 5)
    assert.equal(etaMinutes(terms, north(0.01)), 6)
    assert.equal(etaMinutes(terms, north(1)), 11) // 1.4 km take 5.6 min
    assert.equal(etaMinutes(terms, north(2)), 17) // 2.8 km take 11.2 min
  })

  test('takes the longer of picking and waiting for a rider, which run side by side', () => {
    assert.equal(etaMinutes(terms, indiranagar, { ordersAhead: 0, riderWaitMinutes: 2 }), 5)
    assert.equal(etaMinutes(terms, indiranagar, { ordersAhead: 0, riderWaitMinutes: 7 }), 9)
  })

  test('waits a round of picking for each time that the capacity is full', () => {
    const eta = (ordersAhead: number) => etaMinutes(terms, indiranagar, { ordersAhead, riderWaitMinutes: 0 })
    assert.deepEqual([0, 3, 4, 7, 8].map(eta), [5, 5, 8, 8, 11])
  })

  test('measures straight lines as the earth is round', () => {
    const bengaluru: Point = { lat: 12.9716, lng: 77.5946 }
    const delhi: Point = { lat: 28.6139, lng: 77.209 }
    assert.ok(Math.abs(straightKm(bengaluru, delhi) - 1740) < 5)
    assert.ok(Math.abs(straightKm({ lat: 0, lng: 0 }, { lat: 0, lng: 180 }) - Math.PI * 6371.0088) < 1e-6)
  })

  const anywhere = fc.record({
    lat: fc.double({ min: 6, max: 37, noNaN: true }),
    lng: fc.double({ min: 68, max: 97, noNaN: true }),
  })
  test('is a whole number that only grows with the way and the work', () => {
    const count = fc.integer({ min: 0, max: 500 })
    fc.assert(
      fc.property(anywhere, anywhere, count, count, (to, other, ordersAhead, riderWaitMinutes) => {
        const load = { ordersAhead, riderWaitMinutes }
        const eta = etaMinutes(terms, to, load)
        assert.ok(Number.isInteger(eta) && eta >= 5)
        assert.ok(etaMinutes(terms, to, { ...load, ordersAhead: ordersAhead + 1 }) >= eta)
        assert.ok(etaMinutes(terms, to, { ...load, riderWaitMinutes: riderWaitMinutes + 1 }) >= eta)
        if (straightKm(indiranagar, other) > straightKm(indiranagar, to))
          assert.ok(etaMinutes(terms, other, load) >= eta)
        assert.equal(straightKm(to, other), straightKm(other, to))
      }),
    )
  })
})
