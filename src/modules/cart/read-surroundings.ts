import type { Database } from '../../platform/database/database.ts'
import { inOneSession } from '../../platform/database/in-one-session.ts'
import type { Accounts, Address } from '../accounts/index.ts'
import type { Catalog, Offer } from '../catalog/index.ts'
import type { Inventory } from '../inventory/index.ts'
import type { CartContents } from './cart-contents.ts'

export interface SurroundingsDeps {
  database: Pick<Database, 'db'>
  accounts: Pick<Accounts, 'findAddress'>
  catalog: Pick<Catalog, 'keptOffers'>
  inventory: Pick<Inventory, 'availabilityOf'>
}

/** What has to be asked of other modules about a cart. */
export type Wanted = Pick<CartContents, 'userId' | 'storeId' | 'addressId'> & { variantIds: readonly string[] }

/** What they said. */
export interface Surroundings {
  about: Wanted
  /** Of what the store sells. */
  offers: ReadonlyMap<string, Offer>
  available: ReadonlyMap<string, number>
  /** The account's address; nothing when it is gone. */
  address: Address | undefined
}

export const wantedOf = ({ userId, storeId, addressId, lines }: CartContents): Wanted => ({
  userId,
  storeId,
  addressId,
  variantIds: lines.map(({ variantId }) => variantId),
})

/** Prices, stock and, unless it is that one, the address of a cart, asked for at once: one round trip. */
export async function readSurroundings(deps: SurroundingsDeps, about: Wanted, known?: Address): Promise<Surroundings> {
  const { accounts, catalog, inventory, database } = deps
  const { userId, storeId, addressId, variantIds } = about
  const hasLines = storeId !== null && variantIds.length > 0
  const own = known?.id === addressId ? known : undefined
  const wantsAddress = userId !== null && addressId !== null && !own
  if (!hasLines && !wantsAddress) return { about, offers: new Map(), available: new Map(), address: own }
  return inOneSession(database.db, async (on) => {
    const [offers, available, address] = await Promise.all([
      hasLines ? catalog.keptOffers(on, storeId, variantIds) : [],
      hasLines ? inventory.availabilityOf(on, storeId, variantIds) : new Map<string, number>(),
      wantsAddress ? accounts.findAddress(on, userId, addressId) : own,
    ])
    return { about, offers: new Map(offers.map((offer) => [offer.variantId, offer])), available, address }
  })
}

/** Whether what was asked before a cart changed is all that has to be asked now. */
export const stillCover = ({ about }: Surroundings, { storeId, addressId, lines }: CartContents): boolean =>
  about.storeId === storeId &&
  about.addressId === addressId &&
  lines.every(({ variantId }) => about.variantIds.includes(variantId))
