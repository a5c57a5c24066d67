import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { inOneSession } from '../../platform/database/in-one-session.ts'
import type { EmailAddress } from '../../platform/email-address.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Phone } from '../../platform/phone.ts'
import type { Accounts } from '../accounts/index.ts'
import type { Locale, Messaging, SendEmail, SendSms } from '../messaging/index.ts'
import type { Order, OrderEvent, Orders } from '../orders/index.ts'
import {
  amountInSms,
  amountOf,
  isMoment,
  isWorthTelling,
  numberOf,
  type OrderMoment,
  templateOf,
} from './order-moment.ts'

export interface TellCustomerDeps {
  database: Pick<Database, 'background'>
  accounts: Pick<Accounts, 'findContact'>
  orders: Pick<Orders, 'findOrder' | 'findEvent'>
  messaging: Pick<Messaging, 'sendSms' | 'sendEmail'>
  /** Language of a message to somebody who chose none. */
  locale: Locale
  clock: Clock
}

/** What happened, by ids: who it is and how to reach them is read when it is sent, so that it rests nowhere else. */
export interface OrderFact {
  orderId: string
  userId: string
  eventId: number
  type: OrderEvent['type']
}

interface Told {
  moment: OrderMoment
  order: Order
  event: OrderEvent
  contact: { phone: string | null; email: string | null; name: string | null; locale: string | null }
}

/** An SMS that a phone has not shown by then is not worth showing. */
const validForSeconds = 3600

async function readTold(
  { database, accounts, orders, clock }: TellCustomerDeps,
  fact: OrderFact,
): Promise<Told | undefined> {
  const { type: moment, orderId, userId, eventId } = fact
  if (!isMoment(moment)) return undefined
  const [order, event, contact] = await inOneSession(database.background, (on) =>
    Promise.all([orders.findOrder(on, orderId), orders.findEvent(on, eventId), accounts.findContact(on, userId)]),
  )
  if (!order || !event || !contact || !isWorthTelling(moment, order, event, clock.now())) return undefined
  return { moment, order, event, contact }
}

/**
 * Texts a customer about a moment of an order, unless it is long over. The same text under the same reference at each try.
 * @throws when the vendors are down: then it is worth another attempt
 */
export async function textCustomer(deps: TellCustomerDeps, fact: OrderFact, log: Logger): Promise<void> {
  const told = await readTold(deps, fact)
  if (!told?.contact.phone) return
  const { moment, order, event, contact } = told
  const { outcome } = await deps.messaging.sendSms({
    to: contact.phone as Phone,
    template: templateOf(moment, event),
    values: { order: numberOf(order), amount: amountInSms(amountOf(moment, order, event)) },
    locale: (contact.locale ?? deps.locale) as Locale,
    validForSeconds,
    reference: `order_event_${event.id}`,
    log,
  } as SendSms)
  if (outcome === 'unavailable') throw new Error('no SMS vendor took the message')
}

/** The same by mail, to whom an address is known of. @throws when the vendors are down */
export async function mailCustomer(deps: TellCustomerDeps, fact: OrderFact, log: Logger): Promise<void> {
  const told = await readTold(deps, fact)
  if (!told?.contact.email) return
  const { moment, order, event, contact } = told
  const { outcome } = await deps.messaging.sendEmail({
    to: contact.email as EmailAddress,
    template: templateOf(moment, event),
    values: {
      ...(contact.name !== null && { name: contact.name }),
      order: numberOf(order),
      itemCount: order.lines.reduce((sum, { quantity }) => sum + quantity, 0),
      amountPaise: amountOf(moment, order, event),
      at: event.at.getTime(),
    },
    locale: (contact.locale ?? deps.locale) as Locale,
    reference: `order_event_${event.id}`,
    log,
  } as SendEmail)
  if (outcome === 'unavailable') throw new Error('no e-mail vendor took the message')
}
