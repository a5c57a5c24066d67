import type Stripe from 'stripe'
import type { Secret } from '../../../platform/config/secret.ts'
import type { EventCall, EventSubject, ProviderEvent } from '../payment-provider.ts'
import { toPayment, toRefund } from './stripe-entity.ts'

const toleranceSeconds = 300

/** @see https://docs.stripe.com/webhooks#verify-official-libraries */
export function checkStripeEvent(
  { headers, body, receivedAt }: EventCall,
  { webhooks }: Pick<Stripe, 'webhooks'>,
  secret: Secret,
): { id?: string } | 'forged' {
  const signature = headers['stripe-signature']
  if (typeof signature !== 'string') return 'forged'
  try {
    return webhooks.constructEvent(body, signature, secret.reveal(), toleranceSeconds, undefined, receivedAt)
  } catch {
    return 'forged' // or no JSON, which nobody signs
  }
}

const ignored: EventSubject = { subject: 'ignored' }

function subjectOf(event: Stripe.Event): EventSubject {
  switch (event.type) {
    case 'payment_intent.succeeded':
    case 'payment_intent.payment_failed':
    case 'payment_intent.amount_capturable_updated':
      return { subject: 'payment', ...toPayment(event.data.object) }
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
    case 'charge.refund.updated':
      return { subject: 'refund', refund: toRefund(event.data.object) }
    case 'charge.dispute.created':
    case 'charge.dispute.closed': {
      const { payment_intent: intent, status } = event.data.object
      return { subject: 'dispute', captureReference: typeof intent === 'string' ? intent : '', state: status }
    }
    default:
      return ignored
  }
}

/** What a signed event tells; one of the other mode, test or live, tells nothing. */
export function readStripeEvent(body: string, isLive: boolean): ProviderEvent {
  const event = JSON.parse(body) as Stripe.Event
  return { kind: event.type, about: event.livemode === isLive ? subjectOf(event) : ignored }
}
