import { setTimeout as sleep } from 'node:timers/promises'
import { newId } from '../../src/platform/ids.ts'
import type { Answer } from './ask-patiently.ts'
import type { Chance } from './chance.ts'
import type { Client } from './checkout-client.ts'
import type { Tally } from './checkout-report.ts'
import type { Till } from './checkout-till.ts'
import type { Line, Town, Townsman } from './checkout-town.ts'

/** What became of one key: all that was answered under it. */
export interface KeptAnswer {
  userId: string
  key: string
  request: { expectedTotalPaise: number; paymentMethod: string }
  answers: Answer[]
}

export interface Shopping {
  town: Town
  till: Till
  client: Client
  tally: Tally
  kept: KeptAnswer[]
  /** How money is paid from now on: whoever pays late waits for it. */
  holdMs: number
}

/** What somebody does who has ordered online, of 100: more often what is seldom, so that a short run has some of each. */
const onlineWays = {
  pays: 16,
  'pays and comes back': 14,
  'pays after a card was declined': 10,
  'pays with money that is only held': 5,
  'pays twice': 11,
  'pays another amount': 10,
  'pays in another currency': 3,
  'pays after it has expired': 9,
  'cancels while paying': 13,
  'never pays': 9,
}
type OnlineWay = keyof typeof onlineWays

/** What is about to be ordered: something that everybody wants, and something else. */
function wanted({ shop }: Townsman, chance: Chance): Line[] {
  const [hot, others] = [shop.variantIds.slice(0, 2), shop.variantIds.slice(2)]
  const lines = new Map([[chance.oneOf(others), 1 + chance.below(3)]])
  if (chance.percent(35)) lines.set(chance.oneOf(hot), 1 + chance.below(2))
  if (chance.percent(30)) lines.set(chance.oneOf(others), 1)
  return [...lines]
}

interface Wanted {
  lines: readonly Line[]
  couponCode: string | null
}

/** Until there is a database again. */
async function insist(work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1)
    try {
      return await work()
    } catch (error) {
      if (tries === 100) throw error
      await sleep(300)
    }
}

export interface Shopper {
  /** One checkout, to its answer. Resolves with what the shopper does about the order from then on. */
  checkOut(customer: Townsman, chance: Chance): Promise<() => Promise<void>>
}

export function createShopper({ town, till, client, tally, kept, holdMs }: Shopping): Shopper {
  const nothing = async () => undefined

  async function putInto(cart: Wanted, customer: Townsman): Promise<void> {
    const token = town.tokenOf(customer.userId)
    const put = async (path: string, body: object) => {
      const { status, text } = await client.ask(`/api/cart/${path}`, { token, body, method: 'PUT' })
      if (status !== 200) throw new Error(`the cart refused ${path}: ${text}`)
    }
    await client.ask('/api/cart', { token, method: 'DELETE' }) // what had expired is in it again
    await put('address', { addressId: customer.addressId })
    for (const [variantId, quantity] of cart.lines) await put(`lines/${variantId}`, { quantity })
    await put('coupon', { code: cart.couponCode })
  }

  /** Most carts are there, for the sake of time: they are about something else. Tells what the shopper sees of it. */
  async function fill(customer: Townsman, chance: Chance): Promise<number> {
    const cart = { lines: wanted(customer, chance), couponCode: chance.percent(25) ? town.couponCode : null }
    if (chance.percent(25)) await putInto(cart, customer)
    else await insist(() => town.fill(customer, cart.lines, cart.couponCode))
    const { body } = await client.ask('/api/cart', { token: town.tokenOf(customer.userId) })
    return body.cart.bill?.toPayPaise ?? 0
  }

  /** Asks under one key, sometimes twice at once, and again until there is an answer. */
  async function place(keeping: KeptAnswer, token: string, chance: Chance): Promise<Answer> {
    const asking = { token, body: keeping.request, key: keeping.key }
    const taps = chance.percent(15) ? 2 : 1
    if (taps > 1) tally.count('orders tapped twice')
    const answers = await Promise.all(Array.from({ length: taps }, () => client.ask('/api/orders', asking)))
    const answer = answers.find(({ status }) => status === 201) ?? answers[0]
    if (!answer) throw new Error('no answer')
    // Of two at once the other may have been refused: nothing is remembered of that, so it is no answer of the key.
    keeping.answers.push(...answers.filter(({ status }) => status === answer.status))
    return answer
  }

  async function order(customer: Townsman, chance: Chance): Promise<Answer> {
    const token = town.tokenOf(customer.userId)
    let expectedTotalPaise = await fill(customer, chance)
    const paymentMethod = chance.percent(35) ? 'cash' : 'razorpay'
    for (let attempt = 1; ; attempt += 1) {
      const request = { expectedTotalPaise, paymentMethod }
      const keeping: KeptAnswer = { userId: customer.userId, key: newId('key'), request, answers: [] }
      kept.push(keeping)
      const answer = await place(keeping, token, chance)
      const { code, bill } = answer.body
      if (!bill || attempt === 3) return answer
      tally.count(`ordered again after ${code}`)
      expectedTotalPaise = bill.toPayPaise
    }
  }

  /** Somebody asks for something else under a key that has its answer. */
  async function reuseKey(chance: Chance): Promise<void> {
    const { userId, key, request } = chance.oneOf(kept.filter(({ answers }) => answers[0]?.status === 201))
    const body = { ...request, expectedTotalPaise: request.expectedTotalPaise + 100 }
    const { status } = await client.ask('/api/orders', { token: town.tokenOf(userId), key, body })
    tally.count(status === 422 ? 'keys used for another order, refused' : 'keys used for another order, answered')
  }

  const seen = async (orderId: string, token: string) =>
    (await client.ask(`/api/orders/${orderId}`, { token })).body.order

  /** What the checkout of the provider wants; nothing when the order cannot be paid any more. */
  async function clientOf(orderId: string, token: string, first: Answer): Promise<string | undefined> {
    let payment = first.body.payment
    for (const until = Date.now() + holdMs; !payment?.client && Date.now() < until; ) {
      await sleep(200)
      const again = await client.ask(`/api/orders/${orderId}/payments`, { token, body: {} })
      if (again.status !== 200) return undefined
      tally.count('payments started again')
      payment = again.body.payment
    }
    return payment?.client?.orderId
  }

  async function cancel(orderId: string, token: string, chance: Chance): Promise<void> {
    const ask = () => client.ask(`/api/orders/${orderId}/cancellation`, { token, body: {} })
    const times = chance.percent(50) ? 2 : 1
    const answers = await Promise.all(Array.from({ length: times }, ask))
    tally.count(times === 2 ? 'cancellations, twice at once' : 'cancellations')
    for (const { status } of answers) tally.count(`cancellations answered ${status}`)
  }

  async function payLate(orderId: string, reference: string, token: string): Promise<void> {
    for (const until = Date.now() + holdMs + 60_000; Date.now() < until; ) {
      const { status } = await seen(orderId, token)
      if (status === 'expired') break
      await sleep(1000)
    }
    await till.pay(reference)
    tally.count('payments that came late')
  }

  const ways: Record<
    OnlineWay,
    (on: { orderId: string; token: string; reference: string; first: Answer; chance: Chance }) => Promise<void>
  > = {
    pays: async ({ reference }) => void (await till.pay(reference)),
    async 'pays and comes back'({ reference, token, first }) {
      const body = till.returned(await till.pay(reference))
      const { status } = await client.ask(`/api/payments/${first.body.payment.id}/verification`, { token, body })
      tally.count(`returns from the checkout answered ${status}`)
    },
    async 'pays after a card was declined'({ orderId, reference, token, chance }) {
      await till.pay(reference, { state: 'failed' })
      await sleep(chance.below(1500))
      const again = await client.ask(`/api/orders/${orderId}/payments`, { token, body: {} })
      const next = again.status === 200 ? await clientOf(orderId, token, again) : undefined
      if (next !== undefined) await till.pay(next)
    },
    'pays with money that is only held': async ({ reference }) =>
      void (await till.pay(reference, { state: 'authorized' })),
    async 'pays twice'({ reference }) {
      await Promise.all([till.pay(reference), till.pay(reference)])
      tally.count('payments made twice')
    },
    async 'pays another amount'({ reference, first, chance }) {
      const amount = first.body.payment.amountPaise + (chance.percent(50) ? 100 : -100)
      await till.pay(reference, { amount })
      tally.count('payments of a wrong amount')
    },
    async 'pays in another currency'({ reference }) {
      await till.pay(reference, { currency: 'USD' })
      tally.count('payments of a wrong amount')
    },
    'pays after it has expired': ({ orderId, reference, token }) => payLate(orderId, reference, token),
    async 'cancels while paying'({ orderId, reference, token, chance }) {
      const pays = sleep(chance.below(300)).then(() => till.pay(reference))
      await Promise.all([pays, sleep(chance.below(300)).then(() => cancel(orderId, token, chance))])
      tally.count('cancellations against a payment')
    },
    'never pays': nothing,
  }

  async function goOn(token: string, first: Answer, chance: Chance): Promise<void> {
    const { id: orderId, paymentMethod } = first.body.order
    if (paymentMethod === 'cash') {
      await sleep(chance.below(2000))
      return chance.percent(15) ? cancel(orderId, token, chance) : undefined
    }
    const way = chance.weighed(onlineWays)
    const reference = await clientOf(orderId, token, first)
    if (reference === undefined) return tally.count('shoppers who could not begin to pay in time')
    await sleep(chance.below(1500))
    tally.count(`shopper ${way}`)
    await ways[way]({ orderId, token, reference, first, chance })
  }

  return {
    async checkOut(customer, chance) {
      const answer = await order(customer, chance)
      tally.count('checkouts')
      if (answer.status !== 201) {
        tally.count(`checkouts refused by ${answer.body.code}`)
        return nothing
      }
      if (chance.percent(10)) await reuseKey(chance)
      tally.count(`orders, ${answer.body.order.paymentMethod}`)
      const lasting = chance.of('later')
      return () => goOn(town.tokenOf(customer.userId), answer, lasting)
    },
  }
}
