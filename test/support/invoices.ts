import { createInvoices, type Invoices, invoicesSettings } from '../../src/modules/invoices/index.ts'
import { findEvent, readEvents } from '../../src/modules/orders/order-event-queries.ts'
import { findOrder, type StoredOrder } from '../../src/modules/orders/order-queries.ts'
import { computeBill } from '../../src/modules/pricing/compute-bill.ts'
import { billFound } from '../../src/modules/pricing/index.ts'
import { findStore } from '../../src/modules/stores/store-queries.ts'
import { readSection } from '../../src/platform/config/read-section.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { createMetrics } from '../../src/platform/observability/metrics.ts'
import { type SetClock, setClock } from './clock.ts'
import { anOrder } from './orders.ts'
import { skuOf, variants } from './stock.ts'

type Deps = Parameters<typeof createInvoices>[0]
type Reaction = (payload: object, attempt?: unknown) => Promise<unknown>

/** A seller that is registered in Karnataka. */
export const registered: Record<string, string> = {
  SELLER_NAME: 'Fresh Basket Retail Private Limited',
  SELLER_GSTIN: '29AAAAA0000A1ZY',
  SELLER_ADDRESS: '14 Residency Road, Bengaluru 560025',
  SELLER_STATE: 'Karnataka',
  SELLER_FSSAI: '10012345678901',
}

export interface Invoicing {
  invoices: Invoices
  clock: SetClock
  /** Has a fact's reaction, such as `order.changed/issue-invoice`, done. */
  react(reaction: string, payload: object): Promise<void>
  wants(reaction: string, payload: object): boolean
}

type FindContact = Deps['accounts']['findContact']

const asha: FindContact = async () => ({ phone: null, email: null, name: 'Asha Rao', locale: null })

const never: Deps['accounts']['authenticate'] = () => async () => {
  throw new Error('nobody signs in here')
}

/** The module over a database, with the tables of the others behind it. */
export function anInvoicing(
  database: Database,
  {
    clock = setClock(),
    env = registered,
    authenticate = never,
    findContact = asha,
  }: {
    clock?: SetClock
    env?: Record<string, string>
    authenticate?: Deps['accounts']['authenticate']
    findContact?: FindContact
  } = {},
): Invoicing {
  const reactions = new Map<string, { handle: Reaction; wants: (payload: object) => boolean }>()
  const faults: string[] = []
  const settings = readSection(invoicesSettings, env, { development: false, now: 0 }, faults)
  if (faults.length > 0) throw new Error(faults.join('\n'))
  const invoices = createInvoices({
    settings,
    database,
    accounts: { authenticate, findContact },
    stores: { findStore },
    orders: { findOrder, findEvent, readEvents },
    events: {
      when: (event, reaction, handle, { wants = () => true } = {}) =>
        void reactions.set(`${event.name}/${reaction}`, { handle: handle as Reaction, wants: wants as () => boolean }),
    },
    clock,
    metrics: createMetrics(),
  })
  function reactionOf(name: string) {
    const reaction = reactions.get(name)
    if (!reaction) throw new Error(`nothing is done under the name ${name}`)
    return reaction
  }
  return {
    invoices,
    clock,
    react: async (name, payload) => void (await reactionOf(name).handle(payload)),
    wants: (name, payload) => reactionOf(name).wants(payload),
  }
}

interface Ordered {
  name?: string
  pack?: string
  hsnCode?: string
  gstBasisPoints?: number
  mrpPaise?: number
  pricePaise?: number
  quantity?: number
  /** As many as were ordered, unless said otherwise. */
  foundQuantity?: number
}

interface PackedOrder extends Partial<Omit<StoredOrder, 'lines'>> {
  lines?: Ordered[]
  fees?: Parameters<typeof computeBill>[0]['fees']
  couponPaise?: number
  tipPaise?: number
  /** Of the bill that it was placed with. */
  isTaxed?: boolean
}

const usualLines: Ordered[] = [
  {
    name: 'Toned Milk',
    pack: '500 ml',
    hsnCode: '0401',
    gstBasisPoints: 0,
    mrpPaise: 3000,
    pricePaise: 2800,
    quantity: 2,
  },
  { name: 'Masala Chips', pack: '90 g', hsnCode: '2005', gstBasisPoints: 500, mrpPaise: 5000, pricePaise: 4500 },
  { name: 'Dish Soap', pack: '1 l', hsnCode: '3402', gstBasisPoints: 1800, mrpPaise: 19_900, pricePaise: 17_500 },
]

/** An order on its way to the customer, priced by the bill; of three lines and a delivery fee unless said otherwise. */
export async function aPackedOrder(
  database: Database,
  {
    lines = usualLines,
    fees = [{ kind: 'deliveryFee', amountPaise: 2500, explanation: null }],
    couponPaise = 0,
    tipPaise = 0,
    isTaxed = true,
    ...fields
  }: PackedOrder = {},
): Promise<StoredOrder> {
  const ids = await variants(database, lines.length)
  const whole = lines.map((line, at) => {
    const quantity = line.quantity ?? 1
    const variantId = ids[at] ?? ''
    return {
      variantId,
      sku: skuOf(variantId),
      name: line.name ?? 'Milk',
      pack: line.pack ?? '500 ml',
      imageUrl: null,
      hsnCode: line.hsnCode ?? '0401',
      gstBasisPoints: line.gstBasisPoints ?? 500,
      quantity,
      foundQuantity: line.foundQuantity ?? quantity,
      mrpPaise: line.mrpPaise ?? line.pricePaise ?? 3000,
      pricePaise: line.pricePaise ?? 2500,
    }
  })
  const coupon = couponPaise === 0 ? null : { discountPaise: couponPaise, explanation: 'WELCOME' }
  const bill = computeBill({ lines: whole, fees, coupon, tipPaise, isTaxed })
  const found = new Map(whole.map(({ variantId, foundQuantity }) => [variantId, foundQuantity]))
  return anOrder(database, {
    status: 'out_for_delivery',
    lines: whole,
    bill,
    totalPaise: billFound(bill, found).toPayPaise,
    ...fields,
  })
}

/** The id of an event of an order, as it was noted. */
export async function anEvent(
  database: Pick<Database, 'raw'>,
  { orderId, type, details = {} }: { orderId: string; type: string; details?: object },
): Promise<number> {
  const { rows } = await database.raw(
    `insert into order_events (order_id, type, actor, details, at) values ($1, $2, 'system', $3::jsonb, now()) returning id`,
    [orderId, type, JSON.stringify(details)],
  )
  return (rows[0] as { id: number }).id
}
