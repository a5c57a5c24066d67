import type { Tx } from '../../platform/database/database.ts'
import type { Accounts } from '../accounts/index.ts'
import type { Order } from '../orders/index.ts'
import { lockBuyer } from './buyer-queries.ts'
import type { Buyer } from './document.ts'

export interface ReadBuyerDeps {
  accounts: Pick<Accounts, 'findContact'>
}

/**
 * Whoever bought, as an invoice names them: nothing personal of an erased account. Nobody is erased between this and the
 * end of the transaction, so that what it writes is erased with the rest.
 */
export async function readBuyer(
  { accounts }: ReadBuyerDeps,
  tx: Tx,
  { userId, address }: Order,
): Promise<Buyer | null> {
  await lockBuyer(tx, userId)
  const contact = await accounts.findContact(tx, userId)
  return contact ? { name: contact.name, addressLines: address.lines, landmark: address.landmark } : null
}
