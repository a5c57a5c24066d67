import type { Database, Tx } from '../database/database.ts'
import { prepared } from '../database/prepared.ts'
import './changes-tables.ts'

export interface Change {
  id: number
  topic: string
  key: string
}

const insert = 'insert into changes (topic, key) select $1, key from unnest($2::text[]) as key returning id'

/** Notes changes; whoever follows the topic learns of them when the transaction is committed. Their ids. */
export async function insertChanges(tx: Tx, topic: string, keys: readonly string[]): Promise<number[]> {
  return (await prepared<{ id: number }>(tx, 'note-changes', insert, [topic, keys])).map(({ id }) => id)
}

const select = `
  select pg_snapshot_xmin(pg_current_snapshot())::text as horizon, id, topic, key
  from (select) as here left join changes on xid >= $1::xid8 order by id`

/**
 * The changes of transactions from a number on, and the number to go on from: of the oldest transaction that is still
 * running, because what it changed is not seen yet. What is read again next time is what such a transaction holds back.
 */
export async function readChanges(
  database: Pick<Database, 'raw'>,
  horizon: string,
): Promise<{ horizon: string; changes: Change[] }> {
  const { rows } = await database.raw(select, [horizon], 'read-changes')
  const found = rows as (Change & { horizon: string; id: number | null })[]
  return {
    horizon: found[0]?.horizon ?? horizon,
    changes: found.flatMap(({ id, topic, key }) => (id === null ? [] : [{ id, topic, key }])),
  }
}

/** The number that a follower begins with: it learns of everything that is committed from now on. */
export async function readHorizon(database: Pick<Database, 'raw'>): Promise<string> {
  const { rows } = await database.raw('select pg_snapshot_xmin(pg_current_snapshot())::text as horizon', [])
  return (rows[0] as { horizon: string }).horizon
}

/** Deletes what every process has read that is not given up for dead. */
export async function deleteOldChanges(tx: Tx, before: Date): Promise<void> {
  await tx.deleteFrom('changes').where('at', '<', before).execute()
}
