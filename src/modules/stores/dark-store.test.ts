import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { nextStatus } from './dark-store.ts'

const open = { status: 'open', pauseReason: null } as const
const paused = { status: 'paused', pauseReason: 'rain' } as const

describe('the status of a store', () => {
  test('has a reason while it is paused, and only then', () => {
    assert.deepEqual(nextStatus(open, paused), paused)
    assert.deepEqual(nextStatus(paused, { status: 'open' }), open)
    assert.deepEqual(nextStatus(paused, { status: 'closed', pauseReason: null }), {
      status: 'closed',
      pauseReason: null,
    })
    assert.deepEqual(nextStatus(paused, {}), paused)
    assert.deepEqual(nextStatus(paused, { status: 'paused' }), paused)
    assert.deepEqual(nextStatus(paused, { pauseReason: 'overload' }), { ...paused, pauseReason: 'overload' })
  })

  test('is refused where the reason is missing or stands alone', () => {
    assert.deepEqual(nextStatus(open, { status: 'paused' }), { objection: 'reasonMissing' })
    assert.deepEqual(nextStatus(paused, { pauseReason: null }), { objection: 'reasonMissing' })
    assert.deepEqual(nextStatus(open, { pauseReason: 'rain' }), { objection: 'notPaused' })
    assert.deepEqual(nextStatus(paused, { status: 'open', pauseReason: 'rain' }), { objection: 'notPaused' })
  })
})
