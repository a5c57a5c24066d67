import type { Client } from 'pg'

interface Definition {
  /** What takes it away, and what puts it back. */
  drop: string
  create: string
}

const indexes = `
  select format('drop index %s', i.indexrelid::regclass) as drop, pg_get_indexdef(i.indexrelid) as create
  from pg_index i
  where i.indrelid = any($1::text[]::regclass[])
    and not i.indisunique and i.indexrelid <> all($2::text[]::regclass[])`

const foreignKeys = `
  select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
    format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as create
  from pg_constraint where contype = 'f' and conrelid = any($1::text[]::regclass[]) and conname <> all($2::text[])`

/**
 * Fills tables without their indexes and foreign keys, which are put back afterwards: each then checks all rows at once,
 * so what was loaded satisfies the schema as it is. Unique indexes stay, and those named to be kept.
 * @throws when something that was loaded does not satisfy it
 */
export async function loadInBulk(
  client: Client,
  { tables, kept = [] }: { tables: readonly string[]; kept?: readonly string[] },
  load: () => Promise<void>,
): Promise<void> {
  const definitions: Definition[] = []
  for (const query of [indexes, foreignKeys]) definitions.push(...(await client.query(query, [tables, kept])).rows)
  for (const { drop } of definitions.toReversed()) await client.query(drop)
  await load()
  await client.query(`set maintenance_work_mem = '512MB'`)
  for (const { create } of definitions) await client.query(create)
}
