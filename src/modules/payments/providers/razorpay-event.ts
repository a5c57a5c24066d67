import { createHmac } from 'node:crypto'
import type { Secret } from '../../../platform/config/secret.ts'
import { sameText } from '../../../platform/same-text.ts'
import type { EventCall, EventSubject, ProviderEvent } from '../payment-provider.ts'
import { isEntity, textOf, toRefund, toTry } from './razorpay-entity.ts'

export const hexHmac = (secret: Secret, message: Buffer | string): string =>
  createHmac('sha256', secret.reveal()).update(message).digest('hex')

/**
 * The signature covers the body as it came, and not the id in the header. After the secret was changed, what was sent
 * before is still signed with the old one.
 * @see https://razorpay.com/docs/webhooks/validate-test/
 */
export function checkRazorpayEvent(
  { headers, body }: EventCall,
  secrets: readonly (Secret | undefined)[],
): { id?: string } | 'forged' {
  const { 'x-razorpay-signature': signature, 'x-razorpay-event-id': id } = headers
  if (typeof signature !== 'string') return 'forged'
  const isSigned = secrets.some((secret) => secret && sameText(signature, hexHmac(secret, body)))
  if (!isSigned) return 'forged'
  return typeof id === 'string' ? { id } : {}
}

function parse(body: string): Record<string, unknown> {
  try {
    const event: unknown = JSON.parse(body)
    return isEntity(event) ? event : {}
  } catch {
    return {}
  }
}

const ignored: EventSubject = { subject: 'ignored' }

/** What captured money is called by, and what a failure: entities are snapshots, and the event decides. */
const settled: Readonly<Record<string, 'captured' | 'failed'>> = {
  'order.paid': 'captured',
  'payment.captured': 'captured',
  'payment.failed': 'failed',
}

/** @see https://razorpay.com/docs/webhooks/payloads/ */
export function readRazorpayEvent(body: string): ProviderEvent {
  const event = parse(body)
  const kind = textOf(event['event']) || 'unknown'
  const payload = isEntity(event['payload']) ? event['payload'] : {}
  const entityOf = (name: string): unknown => {
    const wrapped = payload[name]
    return isEntity(wrapped) ? wrapped['entity'] : undefined
  }
  return { kind, about: subjectOf(kind, entityOf) }
}

function subjectOf(kind: string, entityOf: (name: string) => unknown): EventSubject {
  if (/^refund\.(?:created|processed|failed)$/.test(kind)) {
    const refund = toRefund(entityOf('refund'))
    return refund ? { subject: 'refund', refund } : ignored
  }
  if (kind.startsWith('payment.dispute.')) {
    const dispute = entityOf('dispute')
    const captureReference = isEntity(dispute) ? textOf(dispute['payment_id']) : ''
    return { subject: 'dispute', captureReference, state: kind.slice('payment.dispute.'.length) }
  }
  const state = settled[kind]
  const seen = toTry(entityOf('payment'))
  if (!seen || seen.paymentReference === '' || (!state && kind !== 'payment.authorized')) return ignored
  const order = entityOf('order')
  const paymentId = isEntity(order) ? textOf(order['receipt']) : ''
  return {
    subject: 'payment',
    paymentReference: seen.paymentReference,
    ...(paymentId !== '' && { paymentId }),
    tries: state ? [{ ...seen, state }] : [],
    ...(!state && { mustLook: true as const }),
  }
}
