import { sql } from 'kysely'
import type { Queryable, Tx } from '../../platform/database/database.ts'
import type { Counts, Import, ImportStatus, NewImport } from './import.ts'
import './imports-tables.ts'

const columns = [
  'id',
  'kind',
  'format',
  'on_fault as onFault',
  'is_dry_run as isDryRun',
  'scope',
  'file_name as fileName',
  'status',
  'rows_read as rowsRead',
  'rows_faulty as rowsFaulty',
  'faults_found as faultsFound',
  'rows_applied as rowsApplied',
  'created',
  'changed',
  'unchanged',
  'actor_id as actorId',
  'created_at as createdAt',
  'updated_at as updatedAt',
  'applied_at as appliedAt',
  'finished_at as finishedAt',
] as const

export async function insertImport(on: Queryable, given: NewImport): Promise<Import> {
  return on
    .insertInto('imports')
    .values({
      id: given.id,
      kind: given.kind,
      format: given.format,
      on_fault: given.onFault,
      is_dry_run: given.isDryRun,
      scope: JSON.stringify(given.scope),
      file_name: given.fileName,
      status: 'receiving',
      actor_id: given.actorId,
      created_at: given.createdAt,
      updated_at: given.createdAt,
      applied_at: null,
      finished_at: null,
    })
    .returning(columns)
    .executeTakeFirstOrThrow()
}

export const readImport = (on: Queryable, id: string): Promise<Import | undefined> =>
  on.selectFrom('imports').select(columns).where('id', '=', id).executeTakeFirst()

/** The latest first; of one person, or all. */
export async function listImports(
  on: Queryable,
  { actorId, before, limit }: { actorId?: string; before?: string; limit: number },
): Promise<Import[]> {
  let query = on.selectFrom('imports').select(columns).orderBy('id', 'desc').limit(limit)
  if (actorId !== undefined) query = query.where('actor_id', '=', actorId)
  if (before !== undefined) query = query.where('id', '<', before)
  return query.execute()
}

export interface Step {
  from: readonly ImportStatus[]
  to: ImportStatus
  now: Date
}

/** Moves an import on from one of the states named; `undefined` when it is in none of them. */
export const moveImport = (on: Queryable, id: string, { from, to, now }: Step): Promise<Import | undefined> =>
  on
    .updateTable('imports')
    .set({
      status: to,
      updated_at: now,
      finished_at: to === 'done' || to === 'refused' || to === 'abandoned' ? now : null,
    })
    .where('id', '=', id)
    .where('status', 'in', [...from])
    .returning(columns)
    .executeTakeFirst()

/** What came of the rows. */
export interface ImportResult extends Counts {
  rowsApplied: number
  /** Rows and faults beside those that were found while reading. */
  rowsFaulty: number
  faultsFound: number
  appliedAt: Date | null
}

export async function updateResult(tx: Tx, id: string, result: ImportResult): Promise<void> {
  const { created, changed, unchanged, rowsApplied, rowsFaulty, faultsFound, appliedAt } = result
  await tx
    .updateTable('imports')
    .set({
      created,
      changed,
      unchanged,
      rows_applied: rowsApplied,
      rows_faulty: sql`rows_faulty + ${rowsFaulty}`,
      faults_found: sql`faults_found + ${faultsFound}`,
      applied_at: appliedAt,
    })
    .where('id', '=', id)
    .execute()
}

/** How far the transaction is that applies the rows. On another session than its own. */
export async function updateProgress(on: Queryable, id: string, rowsApplied: number, now: Date): Promise<void> {
  await on
    .updateTable('imports')
    .set({ rows_applied: rowsApplied, updated_at: now })
    .where('id', '=', id)
    .where('status', '=', 'applying')
    .execute()
}

/** The first of those of its kind that came before an import and have yet to be applied. */
export async function readElder(on: Queryable, { id, kind }: Pick<Import, 'id' | 'kind'>): Promise<string | undefined> {
  const elder = await on
    .selectFrom('imports')
    .select('id')
    .where('kind', '=', kind)
    .where('id', '<', id)
    .where('status', 'in', ['waiting', 'applying'])
    .where('applied_at', 'is', null)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return elder?.id
}

/** Of two transactions that apply rows of a kind, one has it until its end. */
export async function tryLockKind(tx: Tx, kind: string): Promise<boolean> {
  const key = `imports ${kind}`
  const { rows } = await sql<{ isOurs: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${key}, 0)) as "isOurs"`.execute(tx)
  return rows[0]?.isOurs ?? false
}

/** Gives up imports that were being received and have not moved since. Their ids. */
export async function abandonStale(tx: Tx, { before, now }: { before: Date; now: Date }): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with stale as (
      update imports set status = 'abandoned', finished_at = ${now}, updated_at = ${now}
      where status = 'receiving' and updated_at < ${before}
      returning id
    ), rid as (
      delete from import_chunks where import_id in (select id from stale) returning 1
    )
    select id from stale where (select count(*) from rid) >= 0`.execute(tx)
  return rows.map(({ id }) => id)
}

const mostAtOnce = 500

/** Deletes imports that were begun before a moment and are over, with their reports. */
export async function deleteOldImports(tx: Tx, before: Date): Promise<void> {
  await sql`
    delete from imports where id in (
      select id from imports where created_at < ${before} and finished_at is not null limit ${mostAtOnce}
    )`.execute(tx)
}
