import { CompiledQuery } from 'kysely'
import type { Database } from '../database/database.ts'

/**
 * Statements on the tables of pg-boss for which it has no function of its own. Its functions ask for one queue at a time,
 * and an idle process should not ask for each.
 */
const due = `
  select
    array(
      select q.name from unnest($1::text[]) as q (name)
      where exists (
        select from pgboss.job j
        where j.name = q.name and j.state < 'active' and not j.blocked and j.start_after <= now()
      )
    ) as names,
    exists (
      select from pgboss.job j
      where j.name = any ($1::text[]) and j.state = 'active'
        and j.heartbeat_on + j.heartbeat_seconds * interval '1 second' < now()
    ) as "hasLost"`

export interface DueJobs {
  /** Jobs of these names could run now. */
  names: string[]
  /** Somebody took a job and was not heard of since. */
  hasLost: boolean
}

export async function readDueJobs({ executeSql }: Pick<Database, 'executeSql'>, names: string[]): Promise<DueJobs> {
  const { rows } = await executeSql(due, [names])
  return rows[0] as DueJobs
}

const backlog = `
  select
    case when name = $1 then source_name else name end as job,
    name = $1 as "isDead",
    count(*) as count,
    coalesce(extract(epoch from now() - min(start_after)), 0)::float8 as "oldestSeconds"
  from pgboss.job
  where state < 'active' and start_after <= now()
  group by 1, 2`

export interface Backlog {
  job: string
  isDead: boolean
  count: number
  oldestSeconds: number
}

/** What waits although it could run, and what is dead, by job. */
export async function readBacklog({ raw }: Pick<Database, 'raw'>, deadLetterQueue: string): Promise<Backlog[]> {
  const { rows } = await raw(backlog, [deadLetterQueue])
  return rows as Backlog[]
}

export interface ActiveJobs {
  name: string
  ids: string[]
}

/** Jobs that somebody has taken. */
export async function readActiveJobs({ db }: Pick<Database, 'db'>): Promise<ActiveJobs[]> {
  const statement = `select name, array_agg(id::text) as ids from pgboss.job where state = 'active' group by name`
  return (await db.executeQuery<ActiveJobs>(CompiledQuery.raw(statement))).rows
}
