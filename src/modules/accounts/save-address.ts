import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { httpProblems } from '../../platform/http/http-problems.ts'
import { newId } from '../../platform/ids.ts'
import { addressProblems } from './account-problems.ts'
import { lockUser } from './account-queries.ts'
import { type Address, type AddressContent, mostAddresses, tidyAddress } from './address.ts'
import {
  countAddresses,
  deleteAddress,
  insertAddress,
  listAddresses,
  makeDefault,
  updateAddress,
} from './address-queries.ts'

export interface AddressDeps {
  database: Pick<Database, 'db'>
  clock: Clock
}

/** A user's addresses, the default first. */
export const listOwnAddresses = ({ database }: AddressDeps, { userId }: { userId: string }): Promise<Address[]> =>
  listAddresses(database.db, userId)

/** Adds an address. A user's first is the default, whatever is asked for. @throws address.too_many */
export function addAddress(
  { database, clock }: AddressDeps,
  { userId, isDefault, content }: { userId: string; isDefault: boolean; content: AddressContent },
): Promise<Address> {
  const id = newId('adr')
  return inTransaction(database.db, async (tx) => {
    // Whoever adds or changes addresses of one user waits here for the others.
    if (!(await lockUser(tx, userId))) throw httpProblems.unauthorized()
    const count = await countAddresses(tx, userId)
    if (count >= mostAddresses) throw addressProblems.tooMany()
    const isFirst = count === 0
    const now = new Date(clock.now())
    const added = await insertAddress(tx, { id, userId, now, isDefault: isFirst, content: tidyAddress(content) })
    if (!isDefault || isFirst) return added
    await makeDefault(tx, userId, id)
    return { ...added, isDefault }
  })
}

/** Changes an address; what is absent stays. @throws address.not_found when it is somebody else's or never was */
export function changeAddress(
  { database, clock }: AddressDeps,
  {
    userId,
    id,
    isDefault = false,
    content,
  }: { userId: string; id: string; isDefault?: boolean; content: Partial<AddressContent> },
): Promise<Address> {
  return inTransaction(database.db, async (tx) => {
    await lockUser(tx, userId)
    const now = new Date(clock.now())
    const changed = await updateAddress(tx, { id, userId, now, content: tidyAddress(content) })
    if (!changed) throw addressProblems.notFound()
    if (!isDefault) return changed
    await makeDefault(tx, userId, id)
    return { ...changed, isDefault }
  })
}

/** Deletes an address; one of those left is the default. @throws address.not_found */
export function removeAddress(
  { database }: AddressDeps,
  { userId, id }: { userId: string; id: string },
): Promise<void> {
  return inTransaction(database.db, async (tx) => {
    await lockUser(tx, userId)
    if (!(await deleteAddress(tx, userId, id))) throw addressProblems.notFound()
  })
}
