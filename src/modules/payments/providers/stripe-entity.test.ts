import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type Stripe from 'stripe'
import { clientSecretOf, toRefund, toTries } from './stripe-entity.ts'

const intent = (more: object) =>
  ({
    id: 'pi_1',
    amount: 100,
    amount_received: 0,
    amount_capturable: 0,
    currency: 'inr',
    status: 'requires_payment_method',
    client_secret: 'pi_1_secret',
    last_payment_error: null,
    ...more,
  }) as unknown as Stripe.PaymentIntent

describe('an intent of Stripe', () => {
  it('that succeeded is money, as much as was received', () => {
    const [seen] = toTries(intent({ status: 'succeeded', amount_received: 90 }))
    assert.deepEqual(seen, {
      reference: 'pi_1',
      state: 'captured',
      amountPaise: 90,
      currency: 'INR',
      paymentReference: 'pi_1',
    })
  })

  it('that was declined is a failure by its code, under the name of the charge', () => {
    const failure = { code: 'card_declined', decline_code: 'insufficient_funds', charge: 'ch_1', message: 'Asha …' }
    const [seen] = toTries(intent({ last_payment_error: failure }))
    assert.deepEqual([seen?.reference, seen?.reason], ['ch_1', 'stripe insufficient_funds'])
    const [refused] = toTries(intent({ last_payment_error: { payment_method: { id: 'pm_1' } } }))
    assert.equal(refused?.reference, 'pi_1 pm_1')
    const [bare] = toTries(intent({ last_payment_error: { type: 'api_error' } }))
    assert.deepEqual([bare?.reference, bare?.reason], ['pi_1', 'stripe failed'])
  })

  it('that waits, is worked on or was given up tells nothing', () => {
    for (const status of ['requires_payment_method', 'requires_action', 'processing', 'canceled'])
      assert.deepEqual(toTries(intent({ status })), [])
  })

  it('hands its secret to the client only while there is something to confirm', () => {
    const kept = ['requires_payment_method', 'requires_confirmation', 'requires_action']
    for (const status of kept) assert.equal(clientSecretOf(intent({ status })), 'pi_1_secret')
    for (const status of ['processing', 'succeeded', 'canceled', 'requires_capture'])
      assert.equal(clientSecretOf(intent({ status })), undefined)
  })
})

describe('a refund of Stripe', () => {
  const refund = (more: object) =>
    toRefund({ id: 're_1', amount: 50, payment_intent: 'pi_1', metadata: {}, ...more } as unknown as Stripe.Refund)

  it('is done, has failed, or is on its way', () => {
    const states = ['succeeded', 'failed', 'canceled', 'pending', 'requires_action'].map(
      (status) => refund({ status }).state,
    )
    assert.deepEqual(states, ['processed', 'failed', 'failed', 'pending', 'pending'])
  })

  it('is known by our id, and names the intent also where it is unfolded', () => {
    assert.equal(refund({ metadata: { refund: 'rfd_1' } }).refundId, 'rfd_1')
    assert.equal(refund({ payment_intent: { id: 'pi_2' } }).captureReference, 'pi_2')
    assert.equal(refund({ payment_intent: null, metadata: null }).captureReference, '')
  })
})
