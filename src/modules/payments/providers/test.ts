import { defineSection } from '../../../platform/config/section.ts'
import { definePaymentProvider, type ProviderEvent } from '../payment-provider.ts'

const orderPrefix = 'test_order_'

/** What `POST /api/payments/:id/simulation` says in the provider's place. */
interface Simulated {
  id: string
  paymentId: string
  outcome: 'captured' | 'failed'
  amountPaise: number
}

function eventOf({ id, paymentId, outcome, amountPaise }: Simulated): ProviderEvent {
  const paymentReference = `${orderPrefix}${paymentId}`
  const seen = { reference: `test_payment_${id}`, state: outcome, amountPaise, currency: 'INR', paymentReference }
  const tries = [outcome === 'failed' ? { ...seen, reason: 'test declined' } : seen]
  return { kind: `payment.${outcome}`, about: { subject: 'payment', paymentReference, paymentId, tries } }
}

/** Pretends to take money, so that one can pay online without an account anywhere. Development only. */
export const test = definePaymentProvider({
  id: 'test',
  kind: 'online',
  developmentOnly: true,
  title: 'Test payment',
  settings: defineSection({ title: 'Test payment', settings: {} }),
  missing: () => [],
  leastPaise: 100,
  mostPaise: () => null,
  gateway: {
    leastRefundPaise: 1,
    async begin({ id }) {
      const client = { simulation: `/api/payments/${id}/simulation` }
      return { outcome: 'done', value: { reference: `${orderPrefix}${id}`, client } }
    },
    find: async () => ({ outcome: 'done', value: undefined }),
    // It remembers nothing: whatever was paid has been told.
    look: async ({ id }) => ({
      outcome: 'done',
      value: { tries: [], client: { simulation: `/api/payments/${id}/simulation` } },
    }),
    refund: async ({ id, captureReference, amountPaise }) => ({
      outcome: 'done',
      value: { reference: `test_refund_${id}`, state: 'processed', amountPaise, refundId: id, captureReference },
    }),
    findMoney: async () => ({ outcome: 'done', value: undefined }),
    refundsOf: async () => ({ outcome: 'done', value: [] }),
    findRefund: async () => ({ outcome: 'done', value: undefined }),
    checkEvent: ({ body }) => ({ id: (JSON.parse(body.toString()) as Simulated).id }),
    readEvent: (body) => eventOf(JSON.parse(body) as Simulated),
  },
})
