import { formatRupees } from '../../platform/money.ts'
import type { OrderTextName } from '../messaging/index.ts'
import type { Order, OrderEvent } from '../orders/index.ts'

/** The moments of an order that its customer is written to about, and what each message is called. */
const templates = {
  placed: 'orderPlaced',
  out_for_delivery: 'orderOutForDelivery',
  delivered: 'orderDelivered',
  refunded: 'orderRefunded',
} as const satisfies { [type in OrderEvent['type']]?: OrderTextName }

export type OrderMoment = keyof typeof templates
export const orderMoments = Object.keys(templates) as OrderMoment[]

export const isMoment = (type: string): type is OrderMoment => (orderMoments as string[]).includes(type)

/** What messages about a moment may be called. */
export const templatesOf = (moment: OrderMoment): OrderTextName[] =>
  moment === 'refunded' ? [templates.refunded, 'orderRefundedByHand'] : [templates[moment]]

/** What the message about an event is called: what a person gave back is there, and on no way through a bank. */
export const templateOf = (moment: OrderMoment, { details }: OrderEvent): OrderTextName =>
  moment === 'refunded' && details['byHand'] === true ? 'orderRefundedByHand' : templates[moment]

const hour = 3_600_000

/** After so long a message says nothing new any more. */
const longestMs: Record<OrderMoment, number> = {
  placed: hour,
  out_for_delivery: hour,
  delivered: 24 * hour,
  refunded: 24 * hour,
}

/** In which states an order can be for a message to be still true. */
const stillTrue: { [moment in OrderMoment]?: (order: Order) => boolean } = {
  placed: ({ status }) => status !== 'cancelled' && status !== 'delivered',
  out_for_delivery: ({ status }) => status === 'out_for_delivery' || status === 'arrived',
}

/** Whether a message is to be sent now about what happened: it is not late, not overtaken, and not for a person to do. */
export function isWorthTelling(moment: OrderMoment, order: Order, event: OrderEvent, now: number): boolean {
  if (now - event.at.getTime() > longestMs[moment]) return false
  // Somebody has to give it back first, and says so then.
  if (moment === 'refunded' && event.details['status'] === 'manual') return false
  return stillTrue[moment]?.(order) ?? true
}

/** An order's number as customers know it: the end of its id, which chance made. */
export const numberOf = ({ id }: Pick<Order, 'id'>): string => id.slice(-8).toUpperCase()

/** What a message is about in money: what went back, or what the order costs. */
export const amountOf = (moment: OrderMoment, { totalPaise }: Order, { details }: OrderEvent): number =>
  moment === 'refunded' && typeof details['amountPaise'] === 'number' ? details['amountPaise'] : totalPaise

/** As an SMS has it: the sign of the rupee would leave 70 characters. */
export const amountInSms = (paise: number): string => formatRupees(paise).replace(/\.00$/, '')
