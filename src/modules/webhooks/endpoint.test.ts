import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pauseAfter, wantsEvent } from './endpoint.ts'

const placed = { type: 'placed' as const, storeId: 'sto_1' }

describe('what an endpoint wants', () => {
  it('is everything, unless it names events or stores', () => {
    assert.ok(wantsEvent({ eventTypes: null, storeIds: null }, placed))
    assert.ok(wantsEvent({ eventTypes: ['order.placed'], storeIds: ['sto_1', 'sto_2'] }, placed))
    assert.ok(!wantsEvent({ eventTypes: ['order.delivered'], storeIds: null }, placed))
    assert.ok(!wantsEvent({ eventTypes: null, storeIds: ['sto_2'] }, placed))
  })
})

describe('the pauses between attempts', () => {
  it('are those of Standard Webhooks, up to a tenth longer, and end after ten attempts', () => {
    const [hour, minute, second] = [3_600_000, 60_000, 1000]
    const pauses = Array.from({ length: 10 }, (_, at) => pauseAfter(at + 1, 0))
    const long = [2, 5, 10, 14, 20, 24].map((hours) => hours * hour)
    assert.deepEqual(pauses, [5 * second, 5 * minute, 30 * minute, ...long, undefined])
    assert.equal(pauseAfter(1, 1), 5500)
  })
})
