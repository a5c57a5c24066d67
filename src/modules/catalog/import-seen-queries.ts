import { sql } from 'kysely'
import type { Tx } from '../../platform/database/database.ts'

/** What an earlier row of the same import has said, and in which line. */
export interface Seen {
  line: number
  given: Readonly<Record<string, unknown>>
}

/** What earlier rows of the import that this transaction is have said under these keys. */
export async function readSeen(tx: Tx, keys: readonly string[]): Promise<Map<string, Seen>> {
  await sql`
    create temporary table if not exists import_seen (
      key text collate "C" primary key, line integer not null, given jsonb not null
    ) on commit drop`.execute(tx)
  const { rows } = await sql<Seen & { key: string }>`
    select key, line, given from import_seen where key = any(${keys}::text[])`.execute(tx)
  return new Map(rows.map(({ key, ...seen }) => [key, seen]))
}

/** Adds what rows have said; the line is that of the first. After `readSeen`. */
export async function writeSeen(tx: Tx, seen: ReadonlyMap<string, Seen>): Promise<void> {
  const rows = [...seen].map(([key, { line, given }]) => ({ key, line, given }))
  await sql`
    insert into import_seen (key, line, given)
    select key, line, given from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as (key text, line integer, given jsonb)
    on conflict (key) do update set given = excluded.given`.execute(tx)
}
