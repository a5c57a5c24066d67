import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { PaymentProvider } from '../../src/modules/payments/payment-provider.ts'
import { razorpay } from '../../src/modules/payments/providers/razorpay.ts'
import { stripe } from '../../src/modules/payments/providers/stripe.ts'
import { readSection } from '../../src/platform/config/read-section.ts'
import { createHttpClient } from '../../src/platform/http/client.ts'
import { razorpayEnv } from '../support/fake-razorpay.ts'
import { stripeEnv } from '../support/fake-stripe.ts'
import { type Prism, startPrism } from '../support/prism.ts'

const payable = { id: 'pay_01h455vb4pex5vsknk084sn02q', orderId: 'ord_x', amountPaise: 25_000, currency: 'INR' }
const refundId = 'rfd_01h455vb4pex5vsknk084sn02q'

const vendors = {
  razorpay: {
    provider: razorpay as PaymentProvider,
    file: 'test/specs/razorpay.json',
    env: razorpayEnv,
    references: { payment: 'order_AAAAAAAAAAAAAA', capture: 'pay_AAAAAAAAAAAAAA', refund: 'rfnd_AAAAAAAAAAAAAA' },
  },
  stripe: {
    provider: stripe as PaymentProvider,
    file: 'test/specs/stripe-payments.json',
    env: stripeEnv,
    references: { payment: 'pi_1', capture: 'pi_1', refund: 're_1' },
  },
}
type VendorName = keyof typeof vendors
const names = Object.keys(vendors) as VendorName[]

describe('requests to payment providers, checked against their descriptions', () => {
  const prisms = new Map<VendorName, Prism>()
  before(async () => {
    for (const name of names) prisms.set(name, await startPrism(vendors[name].file))
  })
  after(() => Promise.all([...prisms.values()].map((prism) => prism.close())))

  for (const name of names) {
    const { provider, env, references } = vendors[name]
    const { gateway } = provider
    assert.ok(gateway)
    const seen = { reference: references.capture, amountPaise: 25_000, currency: 'INR', paymentReference: '' }
    const wire = async () => {
      const { baseUrl } = prisms.get(name) as Prism
      const settings = readSection(provider.settings, env(baseUrl), { development: false, now: 0 }, [])
      const http = createHttpClient({ baseUrl, timeoutMs: 5000, vendor: name })
      return { settings, http, timeoutMs: 5000, connection: await provider.connect?.(settings) }
    }
    type Wire = Awaited<ReturnType<typeof wire>>
    const asked = { id: refundId, captureReference: references.capture }
    const requests: [what: string, ask: ((on: Wire) => Promise<{ outcome: string }>) | undefined][] = [
      ['begin', (on) => gateway.begin({ ...payable, starts: 0 }, on)],
      ['find', (on) => gateway.find(payable, on)],
      ['look', (on) => gateway.look({ ...payable, reference: references.payment }, on)],
      ['ownerOf', gateway.ownerOf && ((on) => gateway.ownerOf?.(references.payment, on) as never)],
      ['capture', gateway.capture && ((on) => gateway.capture?.({ ...seen, state: 'authorized' }, on) as never)],
      ['cancel', gateway.cancel && ((on) => gateway.cancel?.(references.payment, on) as never)],
      ['refund', (on) => gateway.refund({ ...asked, amountPaise: 10_000 }, on)],
      ['findMoney', (on) => gateway.findMoney(references.capture, on)],
      ['refundsOf', (on) => gateway.refundsOf(references.capture, on)],
      ['findRefund by our id', (on) => gateway.findRefund({ ...asked, reference: null }, on)],
      ['findRefund by its name', (on) => gateway.findRefund({ ...asked, reference: references.refund }, on)],
    ]
    for (const [what, ask] of requests) {
      if (!ask) continue
      it(`are sound: ${name} ${what}`, async () => {
        const { outcome } = await ask(await wire())
        assert.deepEqual(prisms.get(name)?.violations(), [])
        assert.equal(outcome, 'done')
      })
    }
  }

  const json = { 'content-type': 'application/json', authorization: 'Basic eDp5' }
  const form = { 'content-type': 'application/x-www-form-urlencoded', authorization: 'Bearer sk_test_x' }
  const capture = '/v1/payments/pay_AAAAAAAAAAAAAA/capture'
  const refund = '/v1/payments/pay_AAAAAAAAAAAAAA/refund'
  const wrong: [vendor: VendorName, what: string, path: string, headers: Record<string, string>, body: string][] = [
    ['razorpay', 'of a fraction', '/v1/orders', json, '{"amount":100.5,"currency":"INR"}'],
    ['razorpay', 'of less than a rupee', '/v1/orders', json, '{"amount":99,"currency":"INR"}'],
    [
      'razorpay',
      'with a long receipt',
      '/v1/orders',
      json,
      `{"amount":100,"currency":"INR","receipt":"${'x'.repeat(41)}"}`,
    ],
    ['razorpay', 'with an unknown field', '/v1/orders', json, '{"amount":100,"currency":"INR","total":1}'],
    [
      'razorpay',
      'without keys',
      '/v1/orders',
      { 'content-type': json['content-type'] },
      '{"amount":100,"currency":"INR"}',
    ],
    ['razorpay', 'of a capture without its currency', capture, json, '{"amount":100}'],
    ['razorpay', 'of a refund that could be repeated', refund, json, '{"amount":100}'],
    ['stripe', 'without a currency', '/v1/payment_intents', form, 'amount=100'],
    ['stripe', 'of a fraction', '/v1/payment_intents', form, 'amount=1.5&currency=inr'],
    ['stripe', 'for an unknown reason', '/v1/payment_intents/pi_1/cancel', form, 'cancellation_reason=bored'],
    ['stripe', 'without a key', '/v1/refunds', { 'content-type': form['content-type'] }, 'payment_intent=pi_1'],
  ]
  for (const [vendor, what, path, headers, body] of wrong) {
    it(`are found out when they are wrong: ${vendor} ${what}`, async () => {
      const prism = prisms.get(vendor) as Prism
      const { status } = await fetch(prism.baseUrl + path, { method: 'POST', headers, body })
      assert.ok(status >= 400, String(status))
      assert.notDeepEqual(prism.violations(), [])
    })
  }
})
