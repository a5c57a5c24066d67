import type { Queryable, Tx } from '../../platform/database/database.ts'

export interface StoredKey {
  id: string
  publicKey: Buffer
  sealedPrivateKey: Buffer
  createdAt: Date
  retiredAt: Date | null
}

/** The key that signs, first, and those retired after a moment. */
export async function readSigningKeys(db: Queryable, retiredAfter: Date): Promise<StoredKey[]> {
  return db
    .selectFrom('signing_keys')
    .select([
      'id',
      'public_key as publicKey',
      'sealed_private_key as sealedPrivateKey',
      'created_at as createdAt',
      'retired_at as retiredAt',
    ])
    .where((where) => where.or([where('retired_at', 'is', null), where('retired_at', '>', retiredAfter)]))
    .orderBy('retired_at', (order) => order.desc().nullsFirst())
    .orderBy('id', 'desc')
    .execute()
}

/** Adds the key that signs, unless there is one: of several callers at once one adds it. Whether this one did. */
export async function insertSigningKey(db: Queryable, key: Omit<StoredKey, 'retiredAt'>): Promise<boolean> {
  const added = await db
    .insertInto('signing_keys')
    .values({
      id: key.id,
      public_key: key.publicKey,
      sealed_private_key: key.sealedPrivateKey,
      created_at: key.createdAt,
      retired_at: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return added !== undefined
}

/** Retires a key, if it is still the one that signs. */
export async function retireSigningKey(tx: Tx, id: string, now: Date): Promise<void> {
  await tx
    .updateTable('signing_keys')
    .set({ retired_at: now })
    .where('id', '=', id)
    .where('retired_at', 'is', null)
    .execute()
}

export async function deleteRetiredKeys(tx: Tx, retiredBefore: Date): Promise<void> {
  await tx.deleteFrom('signing_keys').where('retired_at', '<', retiredBefore).execute()
}
