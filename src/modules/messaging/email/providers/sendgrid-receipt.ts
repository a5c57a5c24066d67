import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import type { DeliveryState, Receipt, ReceiptCall } from '../../message-provider.ts'

/** They post when 768 KB have come together, or every 30 s. */
export const longestBatch = 1024 * 1024

/** A signed call that is older was kept by somebody, and one that is younger was made by nobody. */
const longestAgeMs = 10 * 60_000

const states = new Map<unknown, DeliveryState>([
  ['processed', 'queued'],
  ['deferred', 'queued'],
  ['delivered', 'delivered'],
  ['spamreport', 'delivered'],
  ['bounce', 'failed'],
  ['dropped', 'failed'],
])

const enhancedStatus = /^[245]\.\d{1,3}\.\d{1,3}$/

/** @throws when it is no key on P-256 in Base64 */
function keyOf(text: string): KeyObject {
  const key = createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' })
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error('another kind of key')
  return key
}

/** Whether a text is a verification key as SendGrid shows it: the SPKI of a P-256 key, in Base64. */
export function isEventKey(text: string): boolean {
  try {
    return keyOf(text).type === 'public'
  } catch {
    return false
  }
}

/** The signature covers the time and the body as received. */
function isSigned({ headers, body, receivedAt }: ReceiptCall, publicKey: string): boolean {
  const signature = headers['x-twilio-email-event-webhook-signature']
  const timestamp = headers['x-twilio-email-event-webhook-timestamp']
  if (typeof signature !== 'string' || typeof timestamp !== 'string' || !/^\d{1,12}$/.test(timestamp)) return false
  if (Math.abs(receivedAt - Number(timestamp) * 1000) > longestAgeMs) return false
  return verify('sha256', Buffer.from(timestamp + body), keyOf(publicKey), Buffer.from(signature, 'base64'))
}

function eventsIn(body: string): Record<string, unknown>[] {
  try {
    const events: unknown = JSON.parse(body)
    return Array.isArray(events) ? events.filter((each) => typeof each === 'object' && each !== null) : []
  } catch {
    return []
  }
}

/**
 * A mail that was dropped was not tried, because the address is on one of their lists, and one that was blocked was
 * refused for its origin: another vendor may deliver either. A bounce is about the mailbox.
 */
function receiptOf({ event, reference, email, status, type }: Record<string, unknown>): Receipt[] {
  const state = states.get(event)
  if (!state || typeof reference !== 'string' || typeof email !== 'string') return []
  const receipt = { reference, to: email, state, worthAnother: false, alarm: false }
  if (event === 'spamreport') return [{ ...receipt, reason: 'sendgrid spamreport' }]
  if (state !== 'failed') return [receipt]
  const blocked = type === 'blocked'
  const code = typeof status === 'string' && enhancedStatus.test(status) ? ` ${status}` : ''
  const reason = `sendgrid ${blocked ? 'blocked' : event}${code}`
  return [{ ...receipt, reason, worthAnother: blocked || event === 'dropped' }]
}

/**
 * Reads a batch of events; those that are not about the delivery of one of our mails are passed over.
 * @see https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
 */
export function readSendgridEvents(call: ReceiptCall, publicKey: string): readonly Receipt[] | 'forged' {
  return isSigned(call, publicKey) ? eventsIn(call.body).flatMap(receiptOf) : 'forged'
}
