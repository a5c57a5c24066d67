import type Stripe from 'stripe'
import type { SeenPayment, SeenRefund, SeenTry } from '../payment-provider.ts'

const idOf = (value: string | { id: string } | null | undefined): string =>
  typeof value === 'string' ? value : (value?.id ?? '')

const codeOf = (code: string | null | undefined): string => /^\w{1,60}$/.exec(code ?? '')?.[0] ?? 'failed'

/** What the client confirms with, while there is something to confirm. */
export const clientSecretOf = ({ status, client_secret: secret }: Stripe.PaymentIntent): string | undefined =>
  status === 'requires_payment_method' || status === 'requires_confirmation' || status === 'requires_action'
    ? (secret ?? undefined)
    : undefined

/** Known where the charge is unfolded. */
const refundedOf = (charge: Stripe.PaymentIntent['latest_charge']): number =>
  typeof charge === 'object' ? (charge?.amount_refunded ?? 0) : 0

/**
 * The latest try to pay an intent: it brings money once at most, so that the money has the intent's name. A declined try
 * leaves the intent open for the next.
 */
export function toTries(intent: Stripe.PaymentIntent): SeenTry[] {
  const { id, status, amount_received: received, amount_capturable: capturable, last_payment_error: failure } = intent
  const seen = { reference: id, currency: intent.currency.toUpperCase(), paymentReference: id }
  const refundedPaise = refundedOf(intent.latest_charge)
  const money = { ...seen, amountPaise: received, ...(refundedPaise > 0 && { refundedPaise }) }
  if (status === 'succeeded') return [{ ...money, state: 'captured' }]
  if (status === 'requires_capture') return [{ ...seen, state: 'authorized', amountPaise: capturable }]
  if (status !== 'requires_payment_method' || !failure) return []
  const reason = `stripe ${codeOf(failure.decline_code ?? failure.code)}`
  // One that the bank's own page refused has no charge, but each has a method of payment.
  const method = failure.payment_method?.id
  const reference = failure.charge ?? (method === undefined ? id : `${id} ${method}`)
  return [{ ...seen, reference, state: 'failed', amountPaise: intent.amount, reason }]
}

export function toPayment(intent: Stripe.PaymentIntent): SeenPayment {
  const paymentId = intent.metadata['payment']
  return {
    paymentReference: intent.id,
    ...(paymentId !== undefined && { paymentId }),
    tries: toTries(intent),
  }
}

const refundStates: Readonly<Record<string, SeenRefund['state']>> = {
  succeeded: 'processed',
  failed: 'failed',
  canceled: 'failed',
}

export function toRefund(refund: Stripe.Refund): SeenRefund {
  const refundId = refund.metadata?.['refund']
  const state = refundStates[refund.status ?? ''] ?? 'pending'
  return {
    reference: refund.id,
    state,
    amountPaise: refund.amount,
    ...(refundId !== undefined && { refundId }),
    captureReference: idOf(refund.payment_intent),
    ...(state === 'failed' && { reason: `stripe ${codeOf(refund.failure_reason)}` }),
  }
}
