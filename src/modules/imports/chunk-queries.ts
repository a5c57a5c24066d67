import { sql } from 'kysely'
import type { Queryable, Tx } from '../../platform/database/database.ts'
import type { FaultAt } from './import.ts'
import type { Numbered } from './import-kind.ts'
import './imports-tables.ts'

/** What was read since the last time, and how much it is altogether. */
export interface ReadChunk {
  importId: string
  number: number
  /** A JSON array of rows with their lines. */
  rows: string
  faults: readonly FaultAt[]
  /** How many faults are kept before these. */
  faultsBefore: number
  rowsRead: number
  rowsFaulty: number
  faultsFound: number
  now: Date
}

/** Keeps what was read, in one statement that may be repeated. `false` when the import is no longer being received. */
export async function insertChunk(on: Queryable, chunk: ReadChunk): Promise<boolean> {
  const { importId, number, rows, faults, faultsBefore, rowsRead, rowsFaulty, faultsFound, now } = chunk
  const { rows: moved } = await sql<{ id: string }>`
    with given as (
      select ${rows}::jsonb as rows
    ), moved as (
      update imports set rows_read = ${rowsRead}, rows_faulty = ${rowsFaulty}, faults_found = ${faultsFound},
        updated_at = ${now}
      where id = ${importId} and status = 'receiving'
      returning id
    ), kept as (
      insert into import_chunks (import_id, number, rows)
      select id, ${number}::int, rows from moved, given where rows <> '[]'
      on conflict do nothing returning 1
    ), reported as (
      insert into import_faults (import_id, number, line, column_name, reason)
      select id, number + ${faultsBefore}::int, line, column_name, reason
      from moved, rows from (
        jsonb_to_recordset(${JSON.stringify(faults)}::jsonb) as (line int, "column" text, reason text)
      ) with ordinality as fault (line, column_name, reason, number)
      on conflict do nothing returning 1
    )
    select id from moved where (select count(*) from kept) + (select count(*) from reported) >= 0`.execute(on)
  return moved.length > 0
}

/** Adds faults to a report, behind those that are there. */
export async function insertFaults(
  tx: Tx,
  importId: string,
  faults: readonly FaultAt[],
  before: number,
): Promise<void> {
  if (faults.length === 0) return
  const rows = faults.map(({ line, column, reason }, at) => ({
    import_id: importId,
    number: before + at + 1,
    line,
    column_name: column ?? null,
    reason,
  }))
  await tx.insertInto('import_faults').values(rows).execute()
}

export interface ListedFault extends FaultAt {
  number: number
}

/** A part of a report, in the order in which the faults were found. */
export async function listFaults(
  on: Queryable,
  importId: string,
  { after = 0, limit }: { after?: number; limit: number },
): Promise<ListedFault[]> {
  const rows = await on
    .selectFrom('import_faults')
    .select(['number', 'line', 'column_name', 'reason'])
    .where('import_id', '=', importId)
    .where('number', '>', after)
    .orderBy('number')
    .limit(limit)
    .execute()
  return rows.map(({ number, line, column_name: column, reason }) => ({
    number,
    line,
    ...(column !== null && { column }),
    reason,
  }))
}

/** How many faults a report has kept. */
export async function countFaults(on: Queryable, importId: string): Promise<number> {
  const { count } = await on
    .selectFrom('import_faults')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('import_id', '=', importId)
    .executeTakeFirstOrThrow()
  return count
}

/** The first chunk after a number, or `undefined` behind the last. */
export const readChunk = (
  on: Queryable,
  importId: string,
  after: number,
): Promise<{ number: number; rows: Numbered<unknown>[] } | undefined> =>
  on
    .selectFrom('import_chunks')
    .select(['number', 'rows'])
    .where('import_id', '=', importId)
    .where('number', '>', after)
    .orderBy('number')
    .limit(1)
    .executeTakeFirst()

export async function deleteChunks(on: Queryable, importId: string): Promise<void> {
  await on.deleteFrom('import_chunks').where('import_id', '=', importId).execute()
}
