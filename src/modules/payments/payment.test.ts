import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  isOpen,
  mayRefundBecome,
  nextPaymentLook,
  nextRefundLook,
  paymentStatuses,
  type RefundStatus,
  refundStatuses,
  takes,
} from './payment.ts'

const minute = 60_000
const day = 86_400_000

/** Minutes after the start at which something is looked at, each look as late as it was planned. */
function looks(next: (startedAt: number, now: number) => Date | null, most: number): number[] {
  const found: number[] = []
  for (let now = 0; found.length < most; ) {
    const at = next(0, now)
    if (!at) return found
    now = at.getTime()
    found.push(now / minute)
  }
  return found
}

describe('a payment', () => {
  it('is waited for until it is paid or given up', () => {
    assert.deepEqual(paymentStatuses.filter(isOpen), ['created', 'pending', 'failed', 'due'])
  })

  it('is looked at after two minutes, then ever more rarely, for three days', () => {
    const found = looks(nextPaymentLook, 1000)
    assert.deepEqual(found.slice(0, 4), [2, 3, 4.5, 6.75])
    assert.ok(found.length < 25)
    assert.ok((found.at(-1) ?? 0) >= 3 * 1440)
    assert.equal(nextPaymentLook(0, 3 * day), null)
  })

  it('is looked at later, and not before it was made, where clocks differ', () => {
    assert.equal(nextPaymentLook(5 * minute, 0)?.getTime(), 2 * minute)
  })
})

describe('a refund', () => {
  it('is looked at at least once a day, as long as it is not done', () => {
    const found = looks(nextRefundLook, 200)
    for (const [at, minutes] of found.entries()) assert.ok(minutes - (found[at - 1] ?? 0) < 1440.1)
  })

  it('only moves forward, by what a provider says', () => {
    const steps: string[] = []
    for (const from of refundStatuses)
      for (const to of refundStatuses) if (mayRefundBecome(from, to as RefundStatus)) steps.push(`${from} ${to}`)
    assert.deepEqual(steps, [
      'requested pending',
      'requested processed',
      'requested failed',
      'requested manual',
      'pending processed',
      'pending failed',
      'processed failed',
      'manual processed',
    ])
  })
})

describe('a way to pay', () => {
  it('takes amounts from its smallest to its largest, both included, and none that is no whole number', () => {
    const taken = (mostPaise: number | null) =>
      [49, 50, 50.5, 100, 101].filter((amount) => takes({ leastPaise: 50, mostPaise }, amount))
    assert.deepEqual(
      [taken(100), taken(null)],
      [
        [50, 100],
        [50, 100, 101],
      ],
    )
  })
})
