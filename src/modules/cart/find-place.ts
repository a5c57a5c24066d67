import type { Database } from '../../platform/database/database.ts'
import { httpProblems } from '../../platform/http/http-problems.ts'
import type { Accounts, Address } from '../accounts/index.ts'
import type { CartDetails, Point } from './cart-contents.ts'
import { cartProblems } from './cart-problems.ts'

/** An address of the account's, or just where somebody is. */
export type WantedPlace = { addressId: string } | { point: Point; pincode: string | null }

export interface FoundPlace {
  point: Point
  /** Nothing of a place that is none. */
  address: Address | undefined
  /** What the cart says of it. */
  details: Pick<CartDetails, 'addressId' | 'point' | 'pincode'>
}

/** @throws request.unauthorized, cart.address_not_found, cart.point_missing */
export async function findPlace(
  { accounts, database }: { accounts: Pick<Accounts, 'findAddress'>; database: Pick<Database, 'db'> },
  { userId }: { userId: string | null },
  wanted: WantedPlace,
): Promise<FoundPlace> {
  if ('point' in wanted) {
    const { point, pincode } = wanted
    return { point, address: undefined, details: { addressId: null, point, pincode } }
  }
  if (userId === null) throw httpProblems.unauthorized()
  const address = await accounts.findAddress(database.db, userId, wanted.addressId)
  if (!address) throw cartProblems.addressNotFound()
  if (!address.point) throw cartProblems.pointMissing()
  return { point: address.point, address, details: { addressId: address.id, point: null, pincode: null } }
}
