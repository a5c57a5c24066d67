import type { StoredOrder } from '../../src/modules/orders/order-queries.ts'
import { insertOrder } from '../../src/modules/orders/place-queries.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { inTransaction } from '../../src/platform/database/in-transaction.ts'
import { newId } from '../../src/platform/ids.ts'
import { aStore, skuOf, variants } from './stock.ts'

/** The id of an account that nobody signed in to. */
async function aUser(database: Pick<Database, 'raw'>): Promise<string> {
  const id = newId('usr')
  await database.raw('insert into users (id, created_at, last_active_at) values ($1, now(), now())', [id])
  return id
}

/** An order of two lines that is paid at the door, straight into the tables; with fields of its own. */
export async function anOrder(database: Database, fields: Partial<StoredOrder> = {}): Promise<StoredOrder> {
  const now = new Date(Date.UTC(2026, 0, 15, 12))
  const ids = await variants(database, 2)
  const items = ids.map((variantId, at) => ({
    variantId,
    quantity: at + 1,
    mrpPaise: 3000,
    pricePaise: 2500,
    gstBasisPoints: 500,
  }))
  const order: StoredOrder = {
    id: newId('ord'),
    userId: fields.userId ?? (await aUser(database)),
    storeId: fields.storeId ?? (await aStore(database)).id,
    status: 'placed',
    paymentMethod: 'cash',
    paymentId: newId('pay'),
    reservationId: newId('rsv'),
    lines: items.map((item) => ({
      ...item,
      sku: skuOf(item.variantId),
      name: 'Milk',
      pack: '500 ml',
      imageUrl: null,
      hsnCode: '0401',
      foundQuantity: item.quantity,
    })),
    bill: {
      lines: [{ kind: 'itemTotal', label: 'Item total', amountPaise: 7500, explanation: null }],
      items: items.map((item) => ({
        ...item,
        totalPaise: item.pricePaise * item.quantity,
        couponPaise: 0,
        payablePaise: item.pricePaise * item.quantity,
        cgstPaise: 0,
        sgstPaise: 0,
      })),
      toPayPaise: 7500,
      savingsPaise: 0,
      tax: { goods: [], fees: null, cgstPaise: 0, sgstPaise: 0 },
    },
    totalPaise: 7500,
    coupon: null,
    address: {
      label: 'Home',
      lines: ['12 Main Road'],
      landmark: null,
      pincode: '560038',
      point: { lat: 12.9784, lng: 77.6408 },
      instructions: null,
    },
    deliveryCode: '4711',
    codeTries: 0,
    riderId: null,
    cancelReason: null,
    promisedAt: now,
    payUntil: new Date(now.getTime() + 600_000),
    createdAt: now,
    placedAt: now,
    deliveredAt: null,
    ...fields,
  }
  await inTransaction(database.db, (tx) => insertOrder(tx, order))
  return order
}
