import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { refusalOf, toRefund, toTry } from './razorpay-entity.ts'

const payment = { id: 'pay_1', order_id: 'order_1', amount: 100, currency: 'INR', status: 'captured' }

describe('a payment of Razorpay', () => {
  it('is a try of ours', () => {
    assert.deepEqual(toTry(payment), {
      reference: 'pay_1',
      state: 'captured',
      amountPaise: 100,
      currency: 'INR',
      paymentReference: 'order_1',
    })
  })

  it('is open, held, taken or failed', () => {
    const states = ['created', 'authorized', 'captured', 'failed', 'refunded', 'else']
    assert.deepEqual(
      states.map((status) => toTry({ ...payment, status })?.state),
      ['open', 'authorized', 'captured', 'failed', 'captured', 'failed'],
    )
  })

  it('that came and went came, with what went; that was only held and let go did not', () => {
    const refunded = { ...payment, status: 'refunded', amount_refunded: 100 }
    const { state, refundedPaise } = toTry({ ...refunded, captured: true }) ?? {}
    assert.deepEqual([state, refundedPaise], ['captured', 100])
    const never = toTry({ ...refunded, captured: false })
    assert.deepEqual([never?.state, never?.reason], ['failed', 'razorpay refunded'])
  })

  it('tells a failure by its code and never by its text', () => {
    const failed = { ...payment, status: 'failed', error_code: 'BAD_REQUEST_ERROR' }
    assert.equal(toTry(failed)?.reason, 'razorpay BAD_REQUEST_ERROR')
    assert.equal(toTry({ ...failed, error_reason: 'card_declined' })?.reason, 'razorpay card_declined')
    assert.equal(toTry({ ...failed, error_code: 'asha@example.com was declined' })?.reason, 'razorpay failed')
  })

  it('of no shape that is known is none', () => {
    for (const other of [undefined, null, 'pay_1', [], {}, { id: 5 }]) assert.equal(toTry(other), undefined)
    const { amountPaise, currency } = toTry({ id: 'pay_1', amount: '100' }) ?? {}
    assert.deepEqual([amountPaise, currency], [0, ''])
  })
})

describe('a refund of Razorpay', () => {
  const refund = { id: 'rfnd_1', payment_id: 'pay_1', amount: 100, status: 'processed', receipt: null, notes: [] }

  it('is known by our id in its notes or its receipt', () => {
    assert.equal(toRefund({ ...refund, notes: { refund: 'rfd_1' } })?.refundId, 'rfd_1')
    assert.equal(toRefund({ ...refund, receipt: 'rfd_1' })?.refundId, 'rfd_1')
    assert.equal(toRefund(refund)?.refundId, undefined)
  })

  it('is on its way until it is said to be done or to have failed', () => {
    const states = ['pending', 'processed', 'failed', 'else'].map((status) => toRefund({ ...refund, status })?.state)
    assert.deepEqual(states, ['pending', 'processed', 'failed', 'pending'])
  })
})

describe('an answer of Razorpay that is none', () => {
  const cases: [status: number, error: object | undefined, outcome: string, alarm?: boolean][] = [
    [400, { code: 'BAD_REQUEST_ERROR', reason: 'input_validation_failed' }, 'rejected'],
    [400, { description: 'Authentication failed' }, 'unavailable', true],
    [401, undefined, 'unavailable', true],
    [404, undefined, 'rejected'],
    [400, { code: 'BAD_REQUEST_ERROR', reason: 'insufficient_balance' }, 'unavailable', true],
    [400, { code: 'BAD_REQUEST_ERROR', description: 'Your account does not have enough balance' }, 'unavailable', true],
    [409, undefined, 'unavailable', false],
    [429, undefined, 'unavailable', false],
    [500, { code: 'SERVER_ERROR' }, 'unavailable', false],
    [502, { code: 'GATEWAY_ERROR' }, 'unavailable', false],
  ]
  for (const [status, error, outcome, alarm] of cases)
    it(`means ${outcome}${alarm ? ' with an alarm' : ''}: ${status} ${JSON.stringify(error ?? {})}`, () => {
      const refusal = refusalOf({ status, body: { error } })
      assert.equal(refusal.outcome, outcome)
      if (refusal.outcome === 'unavailable') assert.equal(refusal.alarm, alarm)
      assert.match(refusal.reason, /^razorpay (?:http \d+|\w+)$/)
    })
})
