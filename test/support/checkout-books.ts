import { transitions } from '../../src/modules/orders/order.ts'
import type { Database } from '../../src/platform/database/database.ts'
import type { TillState } from './checkout-till.ts'

export interface OrderRow {
  id: string
  status: string
  method: string
  totalPaise: number
  /** Given back by somebody, and not because of what became of the order. */
  byHandPaise: number
  invoicedPaise: number | null
  couponId: string | null
}

/** All that the service has written down. */
export interface Books {
  orders: OrderRow[]
  payments: {
    id: string
    orderId: string
    provider: string
    status: string
    amountPaise: number
    receivedPaise: number
  }[]
  captures: { paymentId: string; reference: string; amountPaise: number; currency: string }[]
  refunds: {
    id: string
    orderId: string
    provider: string
    reference: string | null
    amountPaise: number
    status: string
  }[]
  events: { orderId: string; type: string; actor: string }[]
  levels: {
    name: string
    onHand: number
    reserved: number
    moved: number
    received: number
    held: number
    sold: number
  }[]
  coupons: { limit: number; uses: number; noted: number; standing: number }[]
  invoices: { series: string; sequence: number; count: number }[]
}

const stands = ['placed', 'picking', 'packed', 'out_for_delivery', 'arrived', 'delivered', 'delivery_failed']
const inList = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ')
const left = ['out_for_delivery', 'arrived', 'delivered', 'delivery_failed']

const queries: Record<keyof Books, string> = {
  orders: `
    select id, status, payment_method as method, total_paise as "totalPaise", coupon_id as "couponId",
      (select coalesce(sum(amount_paise), 0)::int from refunds
        where order_id = orders.id and reference like 'request %') as "byHandPaise",
      (select sum(case kind when 'invoice' then total_paise else -total_paise end)::int from invoice_documents
        where order_id = orders.id) as "invoicedPaise"
    from orders order by id`,
  payments: `select id, order_id as "orderId", provider, status, amount_paise as "amountPaise",
    received_paise as "receivedPaise" from payments`,
  captures: `select payment_id as "paymentId", reference, amount_paise as "amountPaise", currency from captures
    where provider = 'razorpay'`,
  refunds: `select id, order_id as "orderId", provider, provider_reference as reference, amount_paise as "amountPaise",
    status from refunds`,
  events: `select order_id as "orderId", type, actor from order_events where type <> 'refunded' order by id`,
  levels: `
    select store_id || ' ' || variant_id as name, on_hand as "onHand", reserved,
      coalesce((select sum(quantity)::int from stock_movements m where m.store_id = l.store_id and m.variant_id = l.variant_id), 0) as moved,
      coalesce((select sum(quantity)::int from stock_movements m where m.store_id = l.store_id and m.variant_id = l.variant_id
        and kind = 'inward'), 0) as received,
      coalesce((select sum(quantity - released)::int from reservation_lines rl join reservations r on r.id = rl.reservation_id
        where r.store_id = l.store_id and rl.variant_id = l.variant_id and r.status in ('held', 'committed')), 0) as held,
      coalesce((select sum(found_quantity)::int from order_lines ol join orders o on o.id = ol.order_id
        where o.store_id = l.store_id and ol.variant_id = l.variant_id and o.status in (${inList(left)})), 0) as sold
    from stock_levels l`,
  coupons: `
    select total_limit as limit, uses, (select count(*)::int from coupon_uses where coupon_id = coupons.id) as noted,
      (select count(*)::int from orders where coupon_id = coupons.id and status in (${inList(stands)})) as standing
    from coupons`,
  invoices: `
    select store_id || ' ' || kind as series, max(sequence)::int as sequence, count(*)::int as count
    from invoice_documents group by 1`,
}

export async function readBooks({ raw }: Pick<Database, 'raw'>): Promise<Books> {
  const read = async ([name, text]: [string, string]) => [name, (await raw(text, [])).rows] as const
  return Object.fromEntries(await Promise.all(Object.entries(queries).map(read))) as unknown as Books
}

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0)

/** What each order is worth to the shop by now: what was to be paid of it, if it stands. */
const worthOf = ({ status, totalPaise, byHandPaise }: OrderRow): number =>
  stands.includes(status) ? totalPaise - byHandPaise : 0

/** What the gateway took and did not give back, by the order that it was for. */
function netOf({ payments: ours }: Books, { orders, payments, refunds }: TillState): Map<string, number> {
  const orderOf = new Map(ours.map(({ id, orderId }) => [id, orderId]))
  const receiptOf = new Map(orders.map(({ id, receipt }) => [id, receipt]))
  const net = new Map<string, number>()
  for (const { id, order_id, amount, status } of payments) {
    if (status !== 'captured' && status !== 'refunded') continue
    const back = refunds.filter(({ payment_id, status }) => payment_id === id && status !== 'failed')
    const orderId = orderOf.get(receiptOf.get(order_id) ?? '') ?? `nobody's ${order_id}`
    net.set(orderId, (net.get(orderId) ?? 0) + amount - sum(back.map((refund) => refund.amount)))
  }
  return net
}

/** What is wrong with the money, in words: for each order that stands it is in, for every other it is back. */
export function faultsOfMoney(books: Books, till: TillState): string[] {
  const net = netOf(books, till)
  const faults: string[] = []
  const online = books.orders.filter(({ method }) => method !== 'cash')
  for (const order of books.orders) {
    const has = net.get(order.id) ?? 0
    const wants = order.method === 'cash' ? 0 : worthOf(order)
    if (has !== wants) faults.push(`${order.id}, ${order.status}: the gateway has ${has}, it should have ${wants}`)
    net.delete(order.id)
  }
  for (const [name, amount] of net) if (amount !== 0) faults.push(`${name}: the gateway has ${amount}`)
  const [has, wants] = [till.money.in - till.money.out, sum(online.map(worthOf))]
  if (has !== wants) faults.push(`the gateway has ${has}, the orders are worth ${wants}`)
  return faults
}

/** Captures and refunds that one side has and the other has not, or has twice, or otherwise. */
export function faultsOfAccounts({ captures, refunds }: Books, till: TillState): string[] {
  const taken = till.payments
    .filter(({ status }) => status === 'captured' || status === 'refunded')
    .map(({ id, amount, currency }) => `capture ${id} ${amount} ${currency}`)
  const noted = captures.map((each) => `capture ${each.reference} ${each.amountPaise} ${each.currency}`)
  const given = till.refunds.map(({ id, amount, status }) => `refund ${id} ${amount} ${status}`)
  const told = refunds
    .filter(({ provider }) => provider === 'razorpay')
    .map(({ reference, amountPaise, status }) => `refund ${reference} ${amountPaise} ${status}`)
  const [theirs, ours] = [
    [...taken, ...given],
    [...noted, ...told],
  ]
  const twice = ours.filter((each, at) => ours.indexOf(each) !== at)
  return [
    ...theirs.filter((each) => !ours.includes(each)).map((each) => `only the gateway has ${each}`),
    ...ours.filter((each) => !theirs.includes(each)).map((each) => `only we have ${each}`),
    ...twice.map((each) => `${each} is noted twice`),
  ]
}

const cashStatus: Record<string, string> = { delivered: 'collected', cancelled: 'closed', returned_to_store: 'closed' }

export function faultsOfCash({ orders, payments }: Books): string[] {
  return orders
    .filter(({ method }) => method === 'cash')
    .flatMap(({ id, status, totalPaise }) => {
      const [payment, ...more] = payments.filter(({ orderId }) => orderId === id)
      const wanted = cashStatus[status] ?? 'due'
      const isRight = payment?.status === wanted && (wanted === 'closed' || payment.amountPaise === totalPaise)
      const isIn = payment?.receivedPaise === (wanted === 'collected' ? totalPaise : 0)
      return isRight && isIn && more.length === 0 ? [] : [`${id}, ${status}: its cash is ${payment?.status}`]
    })
}

export function faultsOfStock({ levels }: Books): string[] {
  return levels.flatMap(({ name, onHand, reserved, moved, received, held, sold }) => [
    ...(onHand === moved ? [] : [`${name}: ${onHand} on hand, ${moved} moved`]),
    ...(reserved === held ? [] : [`${name}: ${reserved} reserved, ${held} held`]),
    ...(onHand === received - sold ? [] : [`${name}: ${onHand} on hand, ${received} received, ${sold} sold`]),
    ...(reserved >= 0 && reserved <= onHand ? [] : [`${name}: ${reserved} of ${onHand} reserved`]),
  ])
}

export function faultsOfCoupons({ coupons }: Books): string[] {
  return coupons.flatMap(({ limit, uses, noted, standing }) =>
    uses <= limit && uses === noted && uses === standing
      ? []
      : [`a coupon for ${limit} uses has ${uses}, noted are ${noted}, and ${standing} orders with it stand`],
  )
}

/** Each order begins as the table says, and each step of it is in the table. */
export function faultsOfSteps({ orders, events }: Books): string[] {
  const faults: string[] = []
  const at = new Map<string, string>()
  for (const { orderId, type, actor } of events) {
    const from = at.get(orderId) ?? null
    const isKnown = transitions.some(
      (each) => each.from === from && each.to === type && (each.by as readonly string[]).includes(actor),
    )
    if (!isKnown) faults.push(`${orderId}: from ${from} to ${type} by ${actor}`)
    at.set(orderId, type)
  }
  for (const { id, status } of orders)
    if (at.get(id) !== status) faults.push(`${id} is ${status}, its events say ${at.get(id)}`)
  return faults
}

export function faultsOfInvoices({ orders, invoices }: Books): string[] {
  const dispatched = [...left, 'returned_to_store']
  return [
    ...invoices.flatMap(({ series, sequence, count }) =>
      sequence === count ? [] : [`${series}: ${count} documents, the last is number ${sequence}`],
    ),
    ...orders.flatMap((order) => {
      const { id, status, invoicedPaise } = order
      const wanted = dispatched.includes(status) ? worthOf(order) : null
      return invoicedPaise === wanted ? [] : [`${id}, ${status}: invoiced are ${invoicedPaise}, not ${wanted}`]
    }),
  ]
}
