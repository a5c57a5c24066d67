import { setTimeout as sleep } from 'node:timers/promises'
import { newId } from '../../src/platform/ids.ts'
import type { Answer } from './ask-patiently.ts'
import type { Chance } from './chance.ts'
import type { Client } from './checkout-client.ts'
import type { Tally } from './checkout-report.ts'
import type { Shop, Town } from './checkout-town.ts'

export interface Working {
  town: Town
  client: Client
  chance: Chance
  tally: Tally
  /** Each key under which money was given back, with its answers. */
  refunds: Answer[][]
}

interface StoreOrder {
  id: string
  totalPaise: number
  paymentMethod: string
  lines: { variantId: string; quantity: number }[]
}

/** What becomes of an order in the store. */
const courses = {
  delivered: 45,
  'short of something': 15,
  'nothing found': 6,
  'cancelled by the store': 6,
  'brought back': 10,
  'left packed': 6,
  'left alone': 12,
}

/** Picks, packs and brings orders until told to end, some steps twice at once; gives money back, each time twice. */
export function startStaff({ town, client, chance, tally, refunds }: Working): { end(): Promise<void> } {
  let isOver = false
  const known = new Set<string>()

  const token = () => town.tokenOf(town.managerId, ['customer', 'storeManager'])

  async function step(orderId: string, name: string, body: object = {}): Promise<boolean> {
    const ask = () => client.ask(`/api/orders/${orderId}/${name}`, { token: token(), body })
    const answers = await Promise.all(chance.percent(20) ? [ask(), ask()] : [ask()])
    for (const { status, text } of answers) if (status !== 200 && status !== 409) throw new Error(`${name}: ${text}`)
    const isDone = answers.every(({ status }) => status === 200)
    tally.count(isDone ? `steps of orders: ${name}` : 'steps of orders that came too late')
    return isDone
  }

  async function giveBack(orderId: string): Promise<void> {
    const { body } = await client.ask(`/api/orders/${orderId}`, { token: token() })
    const paid = body.order.payments.find(({ status }: { status: string }) => status === 'captured')
    if (!paid) return
    const asking = { token: token(), key: newId('key'), body: { amountPaise: 500, reason: 'It was bruised' } }
    const ask = () => client.ask(`/api/payments/${paid.id}/refunds`, asking)
    const answers = await Promise.all([ask(), ask()])
    refunds.push([...answers, await ask()])
    tally.count('refunds by hand, thrice under one key')
  }

  async function deliver(order: StoreOrder, found: object): Promise<void> {
    if (!(await step(order.id, 'packing', found)) || !(await step(order.id, 'dispatch'))) return
    const { body } = await client.ask(`/api/orders/${order.id}`, { token: token() })
    const due = body.order.payments.find(({ status }: { status: string }) => status === 'due')
    const cash = due ? { cashCollectedPaise: due.amountPaise } : {}
    await step(order.id, 'delivery', { overrideReason: 'Known to the rider', ...cash })
    if (!due && chance.percent(40)) await giveBack(order.id)
  }

  async function work(order: StoreOrder): Promise<void> {
    const { id, lines } = order
    const course = chance.weighed(courses)
    if (course === 'left alone') return
    if (!(await step(id, 'picking'))) return
    tally.count(`order ${course}`)
    const [first] = lines
    if (course === 'delivered') return deliver(order, {})
    if (course === 'short of something' && first) {
      const foundQuantity = lines.length > 1 ? 0 : first.quantity - 1
      return deliver(order, { lines: [{ variantId: first.variantId, foundQuantity }] })
    }
    if (course === 'nothing found') {
      const none = lines.map(({ variantId }) => ({ variantId, foundQuantity: 0 }))
      return void (await step(id, 'packing', { lines: none }))
    }
    await step(id, 'packing', {})
    if (course === 'cancelled by the store') return void (await step(id, 'cancellation', { reason: 'Broken' }))
    if (course === 'left packed') return
    await step(id, 'dispatch')
    await step(id, 'delivery-failure', { reason: 'Nobody there' })
    await step(id, 'return')
  }

  async function shift({ id }: Shop): Promise<void> {
    while (!isOver) {
      const path = `/api/stores/${id}/orders?status=placed&limit=100`
      const { body } = await client.ask(path, { token: token() })
      const fresh = (body.orders as StoreOrder[]).filter((order) => !known.has(order.id)).slice(0, 8)
      for (const order of fresh) known.add(order.id)
      await Promise.all(fresh.map(work))
      await sleep(300)
    }
  }

  const shifts = Promise.all(town.shops.map(shift))
  shifts.catch(() => undefined) // whoever ends it learns of it
  return {
    async end() {
      isOver = true
      await shifts
    },
  }
}
