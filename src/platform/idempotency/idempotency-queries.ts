import type { Tx } from '../database/database.ts'
import { prepared } from '../database/prepared.ts'
import './idempotency-tables.ts'

export interface StoredAnswer {
  fingerprint: Buffer
  status: number
  answer: string
}

const take = 'select pg_try_advisory_xact_lock(hashtextextended($1, 5)) as taken'

/** Takes a key for this transaction; `false` when another transaction has it. */
export async function takeKey(tx: Tx, principal: string, key: string): Promise<boolean> {
  const [row] = await prepared<{ taken: boolean }>(tx, 'take-key', take, [JSON.stringify([principal, key])])
  return row?.taken ?? false
}

const read = `
  select fingerprint, status, answer from idempotency_keys where principal = $1 and key = $2 and created_at >= $3`

/** What was answered under a key since a moment. */
export async function readAnswer(
  tx: Tx,
  principal: string,
  key: string,
  since: Date,
): Promise<StoredAnswer | undefined> {
  const [row] = await prepared<StoredAnswer>(tx, 'read-answer', read, [principal, key, since])
  return row
}

const insert = `
  insert into idempotency_keys (principal, key, fingerprint, status, answer, created_at) values ($1, $2, $3, $4, $5, $6)
  on conflict (principal, key) do update
    set fingerprint = excluded.fingerprint, status = excluded.status, answer = excluded.answer, created_at = excluded.created_at`

export async function insertAnswer(
  tx: Tx,
  { principal, key, fingerprint, status, answer, now }: StoredAnswer & { principal: string; key: string; now: Date },
): Promise<void> {
  await prepared(tx, 'insert-answer', insert, [principal, key, fingerprint, status, answer, now])
}

export async function deleteOldAnswers(tx: Tx, before: Date): Promise<void> {
  await tx.deleteFrom('idempotency_keys').where('created_at', '<', before).execute()
}
