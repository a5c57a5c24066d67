import { sql } from 'kysely'
import type { Tx } from '../platform/database/database.ts'

/** Of all processes one has it, until its transaction ends. */
export async function tryLockDemo(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ isOurs: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended('demo', 0)) as "isOurs"`.execute(tx)
  return rows[0]?.isOurs ?? false
}
