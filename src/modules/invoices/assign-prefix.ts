import type { Tx } from '../../platform/database/database.ts'
import { mostPrefixes, prefixOf } from './document-number.ts'
import { insertPrefix, readPrefix } from './prefix-queries.ts'

/**
 * What stands for a store in its numbers: always the same, and no other store's, whatever becomes of its code. Two at
 * once agree on one.
 */
export async function assignPrefix(tx: Tx, store: { id: string; code: string }): Promise<string> {
  for (let attempt = 0; attempt <= mostPrefixes; attempt += 1) {
    const known = await readPrefix(tx, store.id)
    if (known !== undefined) return known
    await insertPrefix(tx, store.id, prefixOf(store.code, attempt))
  }
  throw new Error(`All prefixes for the store ${store.id} are taken.`)
}
