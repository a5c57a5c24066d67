import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { httpProblems } from '../../platform/http/http-problems.ts'
import { type IdempotentAnswer, idempotencyProblems, idempotently } from '../../platform/idempotency/idempotently.ts'
import { newId, randomSecret } from '../../platform/ids.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { WaitingLine } from '../../platform/waiting-line.ts'
import type { Accounts } from '../accounts/index.ts'
import type { Carts } from '../cart/index.ts'
import type { Inventory } from '../inventory/index.ts'
import type { Payments } from '../payments/index.ts'
import type { Pricing } from '../pricing/index.ts'
import { type NoteChangeDeps, noteChange } from './note-change.ts'
import { readOrder, type StoredOrder } from './order-queries.ts'
import { type OrderView, toPaymentView, toView } from './order-view.ts'
import type { OrdersTelemetry } from './orders-telemetry.ts'
import { placeProblems } from './place-problems.ts'
import { insertOrder } from './place-queries.ts'
import { type PlaceOrderInput, type PreparedOrder, type PrepareOrderDeps, prepareOrder } from './prepare-order.ts'
import type { StoresAtWork } from './stores-at-work.ts'

export interface PlaceOrderDeps extends PrepareOrderDeps, NoteChangeDeps {
  settings: { deliveryCodeAbovePaise: number }
  /** For so long stock waits for a payment. */
  holdSeconds: number
  database: Pick<Database, 'db'>
  clock: Clock
  accounts: Pick<Accounts, 'findAddress' | 'holdAccount'>
  carts: Pick<Carts, 'take' | 'clear'>
  pricing: Pick<Pricing, 'quote' | 'recordOrder'>
  payments: Pick<Payments, 'methodsFor' | 'open' | 'start'>
  inventory: Pick<Inventory, 'reserve' | 'availabilityOf'>
  atWork: StoresAtWork
  telemetry: Pick<OrdersTelemetry, 'placed'>
  /** Of those who order: many may want the same thing in the same moment, and each transaction has a session. */
  line: WaitingLine
}

export interface PlacedAnswer {
  success: true
  order: OrderView
  payment: ReturnType<typeof toPaymentView> & {
    /** What the client hands to the provider's checkout. */
    client: Record<string, unknown> | null
  }
}

/** Four digits that nobody guesses in five tries but one of two thousand. */
const newDeliveryCode = (): string => String(randomSecret(4).readUInt32BE() % 10_000).padStart(4, '0')

function toAddress({ address, cart }: PreparedOrder): StoredOrder['address'] {
  const { label, lines, landmark, pincode, point } = address
  return { label, lines, landmark, pincode, point, instructions: cart.instructions ?? address.instructions }
}

function toOrder(deps: PlaceOrderDeps, prepared: PreparedOrder, { userId }: PlaceOrderInput): StoredOrder {
  const { storeId, lines, bill, method, coupon, etaMinutes } = prepared
  const now = deps.clock.now()
  const isCash = method.kind === 'cash'
  const isCodeNeeded =
    isCash ||
    lines.some(({ ageRestricted }) => ageRestricted) ||
    bill.toPayPaise >= deps.settings.deliveryCodeAbovePaise
  return {
    id: newId('ord'),
    userId,
    storeId,
    status: isCash ? 'placed' : 'pending_payment',
    paymentMethod: method.id,
    paymentId: newId('pay'),
    reservationId: newId('rsv'),
    lines: lines.map(({ variantId, sku, name, pack, imageUrl, hsnCode, gstBasisPoints, ...line }) => ({
      variantId,
      sku,
      name,
      pack,
      imageUrl,
      hsnCode,
      gstBasisPoints,
      quantity: line.quantity,
      foundQuantity: line.quantity,
      mrpPaise: line.mrpPaise,
      pricePaise: line.pricePaise,
    })),
    bill,
    totalPaise: bill.toPayPaise,
    coupon: coupon && { couponId: coupon.couponId, discountPaise: coupon.discountPaise },
    address: toAddress(prepared),
    deliveryCode: isCodeNeeded ? newDeliveryCode() : null,
    codeTries: 0,
    riderId: null,
    cancelReason: null,
    promisedAt: new Date(now + etaMinutes * 60_000),
    payUntil: isCash ? null : new Date(now + deps.holdSeconds * 1000),
    createdAt: new Date(now),
    placedAt: isCash ? new Date(now) : null,
    deliveredAt: null,
  }
}

/**
 * Writes everything down in two round trips, in the order in which everybody takes locks. The stock comes in the second,
 * because many wait for the rows of what sells best.
 */
async function place(deps: PlaceOrderDeps, tx: Tx, input: PlaceOrderInput): Promise<PlacedAnswer> {
  const prepared = await prepareOrder(deps, tx, input)
  const order = toOrder(deps, prepared, input)
  const { id: orderId, userId, storeId, totalPaise: amountPaise, paymentId, paymentMethod: method } = order
  // Most of those who want what is sold out are told so before anything is written for them. Ended holds still give way.
  if (prepared.mayBeShort) await holdStock(deps, tx, order)
  const [isAccountThere, eventId, payment, recorded] = await Promise.all([
    deps.accounts.holdAccount(tx, userId),
    insertOrder(tx, order),
    deps.payments.open(tx, { id: paymentId, orderId, userId, storeId, method, amountPaise }),
    deps.pricing.recordOrder(tx, { orderId, userId, coupon: order.coupon }),
    deps.carts.clear(tx, prepared.cart.cartId),
  ])
  if (!isAccountThere) throw httpProblems.unauthorized() // erased since its token was looked at
  if (recorded !== 'recorded') {
    // Somebody else was first since it was priced.
    const { bill } = await deps.pricing.quote(tx, { ...prepared.priced, couponCode: null })
    throw placeProblems.couponRefused({ reason: recorded, bill })
  }
  await Promise.all([
    noteChange(deps, tx, { eventId, orderId, storeId, userId, type: order.status }),
    prepared.mayBeShort || holdStock(deps, tx, order),
  ])
  deps.telemetry.placed(method)
  if (order.status === 'placed') deps.atWork.add(storeId)
  return { success: true, order: toView(order), payment: { ...toPaymentView(payment), client: null } }
}

async function holdStock(
  { inventory, atWork, holdSeconds }: PlaceOrderDeps,
  tx: Tx,
  order: StoredOrder,
): Promise<void> {
  const { id: reference, reservationId: id, storeId, lines, status } = order
  const commit = status === 'placed'
  const reserved = await inventory.reserve(tx, { id, storeId, reference, lines, holdSeconds, commit })
  if (reserved.outcome === 'short') {
    // Less than was wanted may be enough for others.
    const soldOut = reserved.lines.filter(({ available }) => available === 0)
    for (const { variantId } of soldOut) atWork.noteSoldOut(storeId, variantId)
    throw placeProblems.linesUnavailable({ lines: reserved.lines })
  }
  if (reserved.outcome === 'different') throw new Error('a new order has a reservation already')
}

async function readPlaced({ database }: Pick<PlaceOrderDeps, 'database'>, id: string): Promise<StoredOrder> {
  const order = await readOrder(database.db, id)
  if (!order) throw new Error(`The order ${id} was placed and is not there.`)
  return order
}

/** An order as it is now, with its latest payment: what was kept under the key may long be otherwise. */
async function placedBefore(deps: PlaceOrderDeps, orderId: string, log: Logger): Promise<PlacedAnswer> {
  const { paymentId } = await readPlaced(deps, orderId)
  const { payment, client } = await deps.payments.start(paymentId, { log })
  // After it, because who looks at a payment may find that it is paid.
  const order = await readPlaced(deps, orderId)
  return { success: true, order: toView(order), payment: { ...toPaymentView(payment), client } }
}

/**
 * Makes an order of a customer's cart: priced, its stock held, its payment opened, or nothing of it. Once for each key and for
 * each cart, whoever asks at once. The provider is told afterwards, also when the answer is asked for again: what the client
 * needs to pay is not lost with an answer. Such an answer is the order and its payment as both are by then.
 * @throws the problems of `prepareOrder`, order.lines_unavailable for what is out of stock, idempotency.*
 */
export async function placeOrder(
  deps: PlaceOrderDeps,
  { key, log, ...input }: PlaceOrderInput & { key: string | undefined; log: Logger },
): Promise<IdempotentAnswer<PlacedAnswer>> {
  if (key === undefined) throw idempotencyProblems.keyRequired()
  const { userId, expectedTotalPaise, paymentMethod } = input
  const request = ['order', expectedTotalPaise, paymentMethod]
  const answer = await deps.line(() =>
    idempotently(deps, { principal: userId, key, request }, async (tx) => ({
      status: 201,
      body: await place(deps, tx, input),
    })),
  )
  const { body } = answer
  if (answer.isReplayed) return { ...answer, body: await placedBefore(deps, body.order.id, log) }
  if (body.order.status === 'placed') return answer
  const { payment, client } = await deps.payments.start(body.payment.id, { log })
  return { ...answer, body: { ...body, payment: { ...toPaymentView(payment), client } } }
}
