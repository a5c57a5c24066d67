import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createCartLimit } from './cart-limit.ts'

describe('the limit of new carts', () => {
  let now = 1_700_000_000_000
  const clock = { now: () => now }

  test('lets so many of a source in at once, then one after the other, and tells how long to wait', () => {
    const limit = createCartLimit({ perHour: 60, clock })
    const take = () => limit.take('203.0.113.7')
    for (let at = 0; at < 60; at += 1) assert.equal(take(), undefined)
    assert.equal(take(), 60)
    assert.equal(take(), 60)
    now += 59_000
    assert.equal(take(), 1)
    now += 1000
    assert.equal(take(), undefined)
    assert.equal(take(), 60)
    now += 3_600_000
    for (let at = 0; at < 60; at += 1) assert.equal(take(), undefined)
    assert.equal(take(), 60)
  })

  test('counts each source for itself', () => {
    const limit = createCartLimit({ perHour: 1, clock })
    assert.deepEqual(
      [limit.take('a'), limit.take('b'), limit.take('a'), limit.take('b')],
      [undefined, undefined, 3600, 3600],
    )
  })

  test('never lets more in than it says, whatever the number is', () => {
    for (const perHour of [1, 7, 600, 999, 1_000_000]) {
      const limit = createCartLimit({ perHour, clock })
      const most = Math.min(perHour, 2000)
      for (let at = 0; at < most; at += 1) assert.equal(limit.take('a'), undefined)
      if (most === perHour) assert.ok((limit.take('a') ?? 0) > 0, String(perHour))
    }
  })
})
