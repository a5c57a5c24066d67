import type { Refusal } from '../payment-provider.ts'

/** As the SDK throws it; its message may quote what was sent. */
interface StripeFailure {
  type: string
  statusCode?: number
  code?: string
}

const isStripeFailure = (error: unknown): error is StripeFailure =>
  error instanceof Error && 'type' in error && String(error.type).startsWith('Stripe')

/**
 * What a failed call means.
 * @throws what is no failure of the vendor
 * @see https://docs.stripe.com/api/errors
 */
export function refusalOf(error: unknown): Refusal {
  if (!isStripeFailure(error)) throw error
  const { statusCode: status, code } = error
  if (status === undefined) return { outcome: 'unavailable', reason: 'stripe connection', alarm: false }
  const reason = `stripe ${/^\w{1,60}$/.exec(code ?? '')?.[0] ?? `http ${status}`}`
  if (status === 401 || status === 403) return { outcome: 'unavailable', reason, alarm: true }
  const isFinal = status >= 400 && status < 500 && ![408, 409, 425, 429].includes(status)
  return isFinal ? { outcome: 'rejected', reason } : { outcome: 'unavailable', reason, alarm: false }
}
