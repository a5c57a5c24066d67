import type { Answer } from '../harness/http-answer.ts'
import type { HttpConnection } from '../harness/http-connection.ts'
import type { Operation } from '../harness/load.ts'
import { linesOfCart, type Shopper } from './shoppers.ts'

interface CartAnswer {
  cart: { lines: { variantId: string; quantity: number }[]; canOrder: boolean; bill: { toPayPaise: number } | null }
}

interface OrderAnswer {
  order: { id: string; status: string; totalPaise: number; lines: { variantId: string; quantity: number }[] }
  payment: { status: string; amountPaise: number; client: unknown }
}

/** @throws what a step answered, unless it is right */
export function expect(isRight: boolean, step: string, { status, body }: Answer): void {
  if (!isRight) throw new Error(`${step} answered ${status} ${JSON.stringify(body).slice(0, 600)}`)
}

const bodyOf = <T>({ body }: Answer): T => body as T

/** What a cart costs that can be ordered. */
function totalOf(step: string, answer: Answer, lines: Shopper['lines']): number {
  const { bill, canOrder } = answer.status === 200 ? bodyOf<CartAnswer>(answer).cart : { bill: null, canOrder: false }
  const goods = lines.reduce((sum, { pricePaise, quantity }) => sum + pricePaise * quantity, 0)
  const totalPaise = bill?.toPayPaise ?? 0
  expect(canOrder && totalPaise >= goods && totalPaise <= goods + 5000, step, answer)
  return totalPaise
}

/** Puts everything into a new cart and says where it goes. What it costs. */
type FillCart = (connection: HttpConnection, shopper: Shopper) => Promise<number>

const lineByLine: FillCart = async (connection, { headers, storeId, addressId, lines }) => {
  for (const [at, { variantId, quantity }] of lines.entries()) {
    const answer = await connection.put(
      `/api/cart/lines/${variantId}`,
      `{"quantity":${quantity},"storeId":"${storeId}"}`,
      headers,
    )
    expect(answer.status === 200 && bodyOf<CartAnswer>(answer).cart.lines.length === at + 1, 'PUT line', answer)
  }
  return totalOf(
    'PUT address',
    await connection.put('/api/cart/address', `{"addressId":"${addressId}"}`, headers),
    lines,
  )
}

const allAtOnce: FillCart = async (connection, { headers, storeId, addressId, lines }) => {
  const wanted = lines.map(({ variantId, quantity }) => ({ variantId, quantity }))
  const body = JSON.stringify({ storeId, addressId, lines: wanted })
  return totalOf('PUT cart', await connection.put('/api/cart', body, headers), lines)
}

/** The ways to fill a cart: a request for each line and one for the address, or one for all. */
export const ways = { 'line by line': lineByLine, 'at once': allAtOnce } as const
export type Way = keyof typeof ways

/** Orders what is in the cart. The id of the order. */
export async function placeOrder(
  connection: HttpConnection,
  { headers, userId }: Shopper,
  { totalPaise, method = 'cash' }: { totalPaise: number; method?: string },
): Promise<OrderAnswer> {
  const answer = await connection.post(
    '/api/orders',
    `{"expectedTotalPaise":${totalPaise},"paymentMethod":"${method}"}`,
    `${headers}Idempotency-Key: ${userId}\r\n`,
  )
  const { order, payment } = bodyOf<OrderAnswer>(answer)
  const isPlaced =
    answer.status === 201 &&
    order.totalPaise === totalPaise &&
    payment.amountPaise === totalPaise &&
    order.lines.length === linesOfCart &&
    (method === 'cash' ? order.status === 'placed' && payment.status === 'due' : payment.client !== null)
  expect(isPlaced, 'POST order', answer)
  return { order, payment }
}

/** A whole checkout: a new cart of three lines, an address, an order paid in cash. */
export function checkOut(
  next: () => Shopper,
  onOrdered: (shopper: Shopper) => void,
  way: Way = 'line by line',
): Operation {
  return async (connection) => {
    const shopper = next()
    const start = performance.now()
    const totalPaise = await ways[way](connection, shopper)
    const filled = performance.now()
    await placeOrder(connection, shopper, { totalPaise })
    onOrdered(shopper)
    return { cart: filled - start, order: performance.now() - filled }
  }
}
