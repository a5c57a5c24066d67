import type { PaymentRecord } from '../payments/index.ts'
import { billFound, namesTax } from '../pricing/index.ts'
import type { Order } from './orders.ts'
import type { ShownOrder } from './show-order.ts'

const iso = (at: Date | null): string | null => at?.toISOString() ?? null

/** Of what was ordered and, once it is packed, of what was found: it comes to what is to be paid. */
const billOf = ({ bill, lines, totalPaise }: Order): Order['bill'] =>
  bill.toPayPaise === totalPaise
    ? bill
    : billFound(bill, new Map(lines.map(({ variantId, foundQuantity }) => [variantId, foundQuantity])))

/** Of goods that were sold without tax no rate is told; it stays with the order for its invoice. */
const linesOf = ({ lines, bill }: Order): Order['lines'] =>
  namesTax(bill) ? lines : lines.map((line) => ({ ...line, gstBasisPoints: 0 }))

/** An order as everybody sees it who may: without what is personal in it. */
export function toView(order: Order) {
  const { id, storeId, status, paymentMethod, totalPaise, riderId, cancelReason } = order
  return {
    id,
    storeId,
    status,
    paymentMethod,
    lines: linesOf(order),
    bill: billOf(order),
    totalPaise,
    riderId,
    cancelReason,
    promisedAt: iso(order.promisedAt),
    payUntil: iso(order.payUntil),
    createdAt: order.createdAt.toISOString(),
    placedAt: iso(order.placedAt),
    deliveredAt: iso(order.deliveredAt),
  }
}

export type OrderView = ReturnType<typeof toView>

export const toPaymentView = ({ id, method, status, amountPaise }: PaymentRecord) => ({
  id,
  method,
  status,
  amountPaise,
})

/** The whole of it, for one person. */
export const toDetailedView = ({ order, payments, refunds, events, ...shown }: ShownOrder) => ({
  ...toView(order),
  ...shown,
  payments: payments.map(({ receivedPaise, refundedPaise, ...payment }) => ({
    ...toPaymentView({ ...payment, receivedPaise, refundedPaise }),
    receivedPaise,
    refundedPaise,
  })),
  refunds: refunds.map(({ id, amountPaise, status, reason }) => ({ id, amountPaise, status, reason })),
  events: events.map(({ id, type, actor, at, details }) => ({ id, type, actor, at: at.toISOString(), details })),
})
