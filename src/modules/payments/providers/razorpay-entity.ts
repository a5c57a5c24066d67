import type { HttpAnswer } from '../../../platform/http/client.ts'
import type { Refusal, SeenRefund, SeenTry } from '../payment-provider.ts'

type Entity = Record<string, unknown>

export const isEntity = (value: unknown): value is Entity =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const paiseOf = (value: unknown): number => (Number.isSafeInteger(value) ? (value as number) : 0)

/** A code of theirs that may be logged and shown: words, no sentences. */
const codeOf = (value: unknown): string | undefined => /^[\w.-]{1,60}$/.exec(textOf(value))?.[0]

const states = { created: 'open', authorized: 'authorized', captured: 'captured', failed: 'failed' } as const

/** `refunded` is money that came and went, or that was held and let go: then it never came. */
function stateOf({ status, captured }: Entity): SeenTry['state'] {
  if (status === 'refunded') return captured === false ? 'failed' : 'captured'
  return states[textOf(status) as keyof typeof states] ?? 'failed'
}

/**
 * A payment of theirs, which is one try of ours.
 * @see https://razorpay.com/docs/api/payments/
 */
export function toTry(payment: unknown): SeenTry | undefined {
  if (!isEntity(payment) || textOf(payment['id']) === '') return undefined
  const status = textOf(payment['status'])
  const state = stateOf(payment)
  const refundedPaise = paiseOf(payment['amount_refunded'])
  const reason = status === 'refunded' ? status : (codeOf(payment['error_reason']) ?? codeOf(payment['error_code']))
  return {
    reference: textOf(payment['id']),
    state,
    amountPaise: paiseOf(payment['amount']),
    currency: textOf(payment['currency']).toUpperCase(),
    paymentReference: textOf(payment['order_id']),
    ...(refundedPaise > 0 && { refundedPaise }),
    ...(state === 'failed' && { reason: `razorpay ${reason ?? 'failed'}` }),
  }
}

/** @see https://razorpay.com/docs/api/refunds/ */
export function toRefund(refund: unknown): SeenRefund | undefined {
  if (!isEntity(refund) || textOf(refund['id']) === '') return undefined
  const notes = isEntity(refund['notes']) ? refund['notes'] : {} // an empty list when there are none
  const refundId = textOf(notes['refund']) || textOf(refund['receipt'])
  const status = textOf(refund['status'])
  return {
    reference: textOf(refund['id']),
    state: status === 'processed' || status === 'failed' ? status : 'pending',
    amountPaise: paiseOf(refund['amount']),
    ...(refundId !== '' && { refundId }),
    captureReference: textOf(refund['payment_id']),
    ...(status === 'failed' && { reason: 'razorpay refund failed' }),
  }
}

/**
 * What an answer means that is not the one asked for. Wrong keys come as 401 or as a 400 that only its text tells from
 * others; 409 is the same refund on its way. A refund that our balance there does not cover waits until it does.
 * @see https://razorpay.com/docs/errors/
 */
export function refusalOf({ status, body }: HttpAnswer): Refusal {
  const error = isEntity(body['error']) ? body['error'] : {}
  const code = codeOf(error['reason']) ?? codeOf(error['code'])
  const reason = `razorpay ${code === undefined || code === 'NA' ? `http ${status}` : code}`
  const isKeys = status === 401 || status === 403 || /^authentication failed/i.test(textOf(error['description']))
  if (isKeys) return { outcome: 'unavailable', reason: `razorpay http ${status}`, alarm: true }
  const isShort =
    /balance/.test(code ?? '') || /enough balance|insufficient balance/i.test(textOf(error['description']))
  if (isShort) return { outcome: 'unavailable', reason, alarm: true, isAlive: true }
  const isFinal = status >= 400 && status < 500 && ![408, 409, 425, 429].includes(status)
  return isFinal ? { outcome: 'rejected', reason } : { outcome: 'unavailable', reason, alarm: false }
}
