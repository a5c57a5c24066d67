import type { Clock } from '../../platform/clock.ts'
import type { Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import type { Accounts } from '../accounts/index.ts'
import type { Catalog } from '../catalog/index.ts'
import type { Inventory } from '../inventory/index.ts'
import type { Pricing } from '../pricing/index.ts'
import type { Stores } from '../stores/index.ts'
import type { StoredOrder } from './order-queries.ts'

export interface PlaceAgainDeps {
  settings: { reviveMinutes: number }
  clock: Clock
  accounts: Pick<Accounts, 'holdAccount'>
  stores: Pick<Stores, 'findServingStore'>
  catalog: Pick<Catalog, 'findOffers'>
  pricing: Pick<Pricing, 'recordOrder' | 'forgetOrder'>
  inventory: Pick<Inventory, 'reserve'>
  /** The lines went into the cart again. Its row comes before the order's, which is held by now: so it is a job. */
  enqueueTakeOut(tx: Tx, orderId: string): Promise<void>
}

/**
 * Holds all lines of an order anew, for good. The reservation, or nothing when a line is short, or the store does not sell
 * it any more. At the prices that were paid.
 */
export async function holdAgain(
  { catalog, inventory }: Pick<PlaceAgainDeps, 'catalog' | 'inventory'>,
  tx: Tx,
  { id, storeId, lines }: StoredOrder,
): Promise<string | undefined> {
  const variantIds = lines.map(({ variantId }) => variantId)
  if ((await catalog.findOffers(tx, storeId, variantIds)).length < lines.length) return undefined
  const reserved = await inventory.reserve(tx, { id: newId('rsv'), storeId, reference: id, lines, commit: true })
  return reserved.outcome === 'held' ? reserved.reservationId : undefined
}

async function isServed({ stores }: PlaceAgainDeps, tx: Tx, { address, storeId }: StoredOrder): Promise<boolean> {
  if (!address.point) return false
  return (await stores.findServingStore(address.point, { storeId, tx })).outcome === 'serviceable'
}

/**
 * Whether an order that has expired can be taken again now that its money is there: it is not too late, its owner has not left,
 * the store is open, the coupon counts and every line is there and sold. Then all is held, and what holds it is told; else nothing is.
 */
export async function holdExpired(
  deps: PlaceAgainDeps,
  tx: Tx,
  order: StoredOrder,
): Promise<string | 'late' | undefined> {
  const { id: orderId, userId, coupon, payUntil } = order
  const end = (payUntil?.getTime() ?? 0) + deps.settings.reviveMinutes * 60_000
  if (deps.clock.now() > end) return 'late'
  if (!(await deps.accounts.holdAccount(tx, userId))) return undefined
  if (!(await isServed(deps, tx, order))) return undefined
  if ((await deps.pricing.recordOrder(tx, { orderId, userId, coupon })) !== 'recorded') return undefined
  const reservationId = await holdAgain(deps, tx, order)
  if (reservationId === undefined) await deps.pricing.forgetOrder(tx, orderId)
  else await deps.enqueueTakeOut(tx, orderId)
  return reservationId
}
