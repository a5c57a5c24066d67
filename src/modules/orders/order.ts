import { type OrderStatus, orderStatuses } from './order-status.ts'
import type { OrderEvent } from './orders.ts'

/** Who does something to an order. `provider`: money said so; `system`: time did. */
export type Actor = OrderEvent['actor']

interface Transition {
  /** Nothing before: an order begins so. */
  from: OrderStatus | null
  to: OrderStatus
  by: readonly Actor[]
}

const keepers: readonly Actor[] = ['storeManager', 'admin']
const packers: readonly Actor[] = ['picker', ...keepers]
const riders: readonly Actor[] = ['rider', ...keepers]

/** Every step there is. What is not here does not happen. */
export const transitions: readonly Transition[] = [
  { from: null, to: 'pending_payment', by: ['customer'] },
  { from: null, to: 'placed', by: ['customer'] },
  { from: 'pending_payment', to: 'placed', by: ['provider'] },
  { from: 'pending_payment', to: 'payment_failed', by: ['provider'] },
  { from: 'pending_payment', to: 'expired', by: ['system'] },
  { from: 'pending_payment', to: 'cancelled', by: ['customer', ...keepers] },
  { from: 'payment_failed', to: 'pending_payment', by: ['customer'] },
  { from: 'payment_failed', to: 'placed', by: ['provider'] },
  { from: 'payment_failed', to: 'expired', by: ['system'] },
  { from: 'payment_failed', to: 'cancelled', by: ['customer', ...keepers] },
  // Money came late, and everything is still there. Who cancelled wants the money back, and not the goods.
  { from: 'expired', to: 'placed', by: ['provider'] },
  { from: 'placed', to: 'picking', by: packers },
  { from: 'placed', to: 'cancelled', by: ['customer', 'system', ...keepers] },
  { from: 'picking', to: 'packed', by: packers },
  // By a picker: nothing was found.
  { from: 'picking', to: 'cancelled', by: packers },
  { from: 'packed', to: 'out_for_delivery', by: ['rider', ...packers] },
  { from: 'packed', to: 'cancelled', by: keepers },
  { from: 'out_for_delivery', to: 'arrived', by: riders },
  { from: 'out_for_delivery', to: 'delivered', by: riders },
  { from: 'out_for_delivery', to: 'delivery_failed', by: riders },
  { from: 'arrived', to: 'delivered', by: riders },
  { from: 'arrived', to: 'delivery_failed', by: riders },
  { from: 'delivery_failed', to: 'out_for_delivery', by: ['rider', ...packers] },
  { from: 'delivery_failed', to: 'returned_to_store', by: packers },
]

/** In which states an order can be for somebody to make this of it. */
export const sourcesOf = (to: OrderStatus, actor: Actor): OrderStatus[] =>
  transitions.flatMap(({ from, to: target, by }) => (from && target === to && by.includes(actor) ? [from] : []))

/** No step of people leads out of these; only late money may. */
const endedStatuses: readonly OrderStatus[] = ['expired', 'delivered', 'returned_to_store', 'cancelled']

export const hasEnded = (status: OrderStatus): boolean => endedStatuses.includes(status)

/** The others: what a store has to do with. */
export const openStatuses: readonly OrderStatus[] = orderStatuses.filter((status) => !hasEnded(status))

/** Waits for money, with its stock held. */
export const isUnpaid = (status: OrderStatus): boolean => status === 'pending_payment' || status === 'payment_failed'

/** What a list of orders may be limited to; `open` are those that have not ended. */
export type StatusFilter = OrderStatus | 'open'
