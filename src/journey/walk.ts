import { setTimeout as sleep } from 'node:timers/promises'
import { formatRupees } from '../platform/money.ts'
import { type FollowedOrder, followOrder } from './follow-order.ts'
import { type Body, Refused, type ShopClient } from './shop-client.ts'

export interface WalkDeps {
  /** Two people who use the shop by the same API. */
  customer: ShopClient
  staff: ShopClient
  /** Makes the account of a number an admin, as whoever runs the server does. */
  makeAdmin(phoneNumber: string): Promise<void>
  /** A new mobile number, and keys that nobody has used. */
  newNumber(): string
  newKey(): string
  say(line: string): void
}

/** Indiranagar in Bengaluru, where a store of the demo data delivers. */
const home = { lat: 12.9719, lng: 77.6412 }
const street = { label: 'Home', lines: ['12, 100 Feet Road'], pincode: '560038', point: home }
const wanted = ['doodh', 'atta', 'tomato']

const rupees = (paise: number): string => `${paise < 0 ? '−' : ''}₹${formatRupees(Math.abs(paise))}`
const clock = new Intl.DateTimeFormat('en-IN', { timeStyle: 'short', timeZone: 'Asia/Kolkata' })
const wordsOf = (status: string): string => status.replaceAll('_', ' ')

async function signIn({ say }: WalkDeps, who: ShopClient, phoneNumber: string): Promise<void> {
  const sent = await who.call('POST', '/send-otp', { phoneNumber })
  if (sent.otp === undefined)
    throw new Refused('The server sends real codes. The demo needs one in development mode: npm run dev')
  const { accessToken, isNewUser } = await who.call('POST', '/verify-otp', { phoneNumber, otp: sent.otp })
  who.remember({ accessToken })
  say(`  signed in by a code${isNewUser ? ', to a new account' : ''}`)
}

/** The demo data is loaded beside the first requests of a new server. */
async function findThing(customer: ShopClient, storeId: string, text: string): Promise<Body> {
  for (let attempt = 1; ; attempt += 1) {
    const query = new URLSearchParams({ storeId, q: text, inStock: 'true', limit: '1' })
    const { products } = await customer.call('GET', `/products?${query}`)
    if (products.length > 0) return products[0]
    if (attempt === 60) throw new Refused(`The store has no ${text}. Is the demo data loaded (DEMO_DATA)?`)
    await sleep(1000)
  }
}

async function findStore(customer: ShopClient): Promise<Body> {
  for (let attempt = 1; ; attempt += 1) {
    const served = await customer.call('GET', `/serviceability?lat=${home.lat}&lng=${home.lng}`)
    if (served.outcome === 'serviceable') return served
    if (served.outcome !== 'not_covered' || attempt === 60)
      throw new Refused(`No store serves the demo's address now: ${served.outcome}.`)
    await sleep(1000)
  }
}

async function fillCart({ customer, say }: WalkDeps, storeId: string, things: readonly string[]): Promise<Body> {
  let cart: Body
  for (const text of things) {
    const { name, brand, variants } = await findThing(customer, storeId, text)
    const [{ id, pack, pricePaise }] = variants
    const answer = await customer.call('PUT', `/cart/lines/${id}`, { quantity: 2, storeId })
    if (answer.cartToken !== undefined) customer.remember({ cartToken: answer.cartToken })
    say(`  “${text}” finds ${[brand, name].filter(Boolean).join(' ')}, ${pack} at ${rupees(pricePaise)}: two of it`)
    cart = answer.cart
  }
  return cart
}

function sayBill(say: WalkDeps['say'], { lines, toPayPaise, savingsPaise, tax }: Body): void {
  for (const { label, amountPaise, explanation } of lines)
    say(`    ${label.padEnd(20)} ${rupees(amountPaise).padStart(10)}${explanation ? `   ${explanation}` : ''}`)
  say(`    ${'To pay'.padEnd(20)} ${rupees(toPayPaise).padStart(10)}   saved ${rupees(savingsPaise)}`)
  if (tax.goods.length > 0) say(`    of which GST: CGST ${rupees(tax.cgstPaise)}, SGST ${rupees(tax.sgstPaise)}`)
}

async function order({ customer, newKey }: WalkDeps, cart: Body, paymentMethod: string): Promise<Body> {
  const body = { expectedTotalPaise: cart.bill.toPayPaise, paymentMethod }
  return customer.call('POST', '/orders', body, { 'idempotency-key': newKey() })
}

const follow = ({ customer, say }: WalkDeps, orderId: string): Promise<FollowedOrder> =>
  followOrder(customer, orderId, ({ type, details }) =>
    say(`  → stream: ${wordsOf(type)}${details?.amountPaise ? ` ${rupees(details.amountPaise)}` : ''}`),
  )

/** Picked, packed, on the road and at the door, where the customer's code and the money are asked for. */
async function deliver({ staff, customer, say }: WalkDeps, orderId: string): Promise<void> {
  for (const step of ['picking', 'packing', 'dispatch', 'arrival'])
    await staff.call('POST', `/orders/${orderId}/${step}`, {})
  const { order: own } = await customer.call('GET', `/orders/${orderId}`)
  say('  the rider asks for the delivery code, which only the customer sees, and for the money')
  await staff.call('POST', `/orders/${orderId}/delivery`, {
    ...(own.deliveryCode !== null && { code: own.deliveryCode }),
    cashCollectedPaise: own.totalPaise,
  })
}

async function payInCash(deps: WalkDeps, storeId: string): Promise<void> {
  const { customer, say } = deps
  say('\nSomebody fills a cart before they say who they are')
  await fillCart(deps, storeId, wanted)

  say('\nThey sign in; the cart comes along')
  await signIn(deps, customer, deps.newNumber())
  const { address } = await customer.call('POST', '/me/addresses', street)
  await customer.call('PUT', '/cart/address', { addressId: address.id })
  const { cart } = await customer.call('PUT', '/cart/coupon', { code: 'WELCOME50' })
  sayBill(say, cart.bill)

  say('\nThey order, to be paid in cash')
  const { order: placed } = await order(deps, cart, 'cash')
  say(`  ${placed.id} is ${wordsOf(placed.status)}, promised for ${clock.format(new Date(placed.promisedAt))}`)
  const followed = await follow(deps, placed.id)
  await deliver(deps, placed.id)
  await followed.until('delivered')
  followed.end()
  say(`  invoice: GET /api/orders/${placed.id}/invoice?format=html, or pdf`)
}

async function payOnlineAndCancel(deps: WalkDeps, storeId: string): Promise<void> {
  const { customer, say } = deps
  say('\nThey order again, pay by the pretended gateway of development, and change their mind')
  const cart = await fillCart(deps, storeId, ['bread', 'eggs 6', 'atta'])
  const { order: waiting, payment } = await order(deps, cart, 'test')
  say(`  ${waiting.id} is ${wordsOf(waiting.status)}: ${rupees(payment.amountPaise)}, stock is held until it is paid`)
  const followed = await follow(deps, waiting.id)
  await customer.call('POST', `/payments/${payment.id}/simulation`, { outcome: 'captured' })
  await followed.until('placed')
  await customer.call('POST', `/orders/${waiting.id}/cancellation`, { reason: 'We are not at home' })
  await followed.until('refunded')
  followed.end()
}

/**
 * Goes the whole way of a shop's customers through a running server in development mode, and tells each step: a guest's
 * cart, sign-in, bill, an order in cash that is delivered, one that is paid online, cancelled and refunded.
 * @throws Refused with what did not go as it should
 */
export async function walk(deps: WalkDeps): Promise<void> {
  const { staff, customer, say } = deps
  const { store, etaMinutes } = await findStore(customer)
  say(`${store.name} delivers there in ${etaMinutes} minutes`)

  say('\nSomebody who works for the shop signs in')
  const number = deps.newNumber()
  await deps.makeAdmin(number)
  await signIn(deps, staff, number)

  await payInCash(deps, store.id)
  await payOnlineAndCancel(deps, store.id)
  say('\nThat is all: nobody paid twice, and nothing is held any more.')
}
