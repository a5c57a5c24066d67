import { sql } from 'kysely'
import type { Tx } from '../database/database.ts'
import './idempotency-tables.ts'

export interface StoredAnswer {
  fingerprint: Buffer
  status: number
  answer: string
}

/** Takes a key for this transaction; `false` when another transaction has it. */
export async function takeKey(tx: Tx, principal: string, key: string): Promise<boolean> {
  const name = JSON.stringify([principal, key])
  const { rows } = await sql<{ taken: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${name}, 5)) as taken`.execute(tx)
  return rows[0]?.taken ?? false
}

/** What was answered under a key since a moment. */
export const readAnswer = (tx: Tx, principal: string, key: string, since: Date): Promise<StoredAnswer | undefined> =>
  tx
    .selectFrom('idempotency_keys')
    .select(['fingerprint', 'status', 'answer'])
    .where('principal', '=', principal)
    .where('key', '=', key)
    .where('created_at', '>=', since)
    .executeTakeFirst()

export async function insertAnswer(
  tx: Tx,
  row: StoredAnswer & { principal: string; key: string; now: Date },
): Promise<void> {
  const { now, ...columns } = row
  await tx
    .insertInto('idempotency_keys')
    .values({ ...columns, created_at: now })
    .onConflict((conflict) =>
      conflict.columns(['principal', 'key']).doUpdateSet({
        fingerprint: columns.fingerprint,
        status: columns.status,
        answer: columns.answer,
        created_at: now,
      }),
    )
    .execute()
}

export async function deleteOldAnswers(tx: Tx, before: Date): Promise<void> {
  await tx.deleteFrom('idempotency_keys').where('created_at', '<', before).execute()
}
