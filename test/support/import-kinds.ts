import { sql } from 'kysely'
import type { Applied, ImportKind } from '../../src/modules/imports/index.ts'
import type { Database } from '../../src/platform/database/database.ts'

export interface Fruit {
  sku: string
  name: string
  grams: number | null
  tags: string[]
}

export const createFruits = `create table if not exists fruits (
  sku text primary key, name text not null, grams int, tags text[] not null default '{}', import_id text not null)`

export const readFruits = async (database: Database): Promise<Fruit[]> =>
  (await database.executeSql('select sku, name, grams, tags from fruits order by sku')).rows as Fruit[]

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/**
 * Fruits with a SKU. Their weight must be a number; one of 666 grams is refused when it is applied. A row named `break`
 * breaks the statement, one named `slow` takes its time.
 */
export const fruitKind = ({
  name = 'fruits',
  afterwards,
}: {
  name?: string
  afterwards?: NonNullable<ImportKind['afterwards']>
} = {}): ImportKind => ({
  name,
  columns: [
    { name: 'sku', description: 'Which fruit.', example: 'APL-1', isRequired: true },
    { name: 'name', description: 'Its name.', example: 'Apple', isRequired: true },
    { name: 'grams', description: 'Its weight.', example: '150' },
    { name: 'tags', description: 'Separated by bars.', example: 'red | sweet' },
  ],
  mayBeUsedBy: ({ roles, storeIds }, { storeId }) =>
    roles.includes('admin') || (storeId !== undefined && storeIds.includes(storeId)),
  read(record) {
    const { sku, name, grams, tags } = record
    const faults = [
      ...(text(sku) === '' ? [{ column: 'sku', reason: 'must be there' }] : []),
      ...(/^\d*$/.test(String(grams ?? '')) ? [] : [{ column: 'grams', reason: 'must be a whole number' }]),
    ]
    if (faults.length > 0) return { faults }
    const list = Array.isArray(tags) ? tags : text(tags).split(' | ')
    const row: Fruit = {
      sku: text(sku),
      name: text(name),
      grams: grams === undefined || grams === '' || grams === null ? null : Number(grams),
      tags: list.map(String).filter((tag) => tag !== ''),
    }
    return { row }
  },
  async apply(tx, rows, { importId }): Promise<Applied> {
    const fruits = rows.map(({ row }) => row as Fruit)
    const faults = rows
      .filter(({ row }) => (row as Fruit).grams === 666)
      .map(({ line }) => ({ line, column: 'grams', reason: 'is unlucky' }))
    if (fruits.some(({ name: each }) => each === 'break')) await sql`insert into fruits default values`.execute(tx)
    if (fruits.some(({ name: each }) => each === 'slow')) await sql`select pg_sleep(0.5)`.execute(tx)
    const good = fruits.filter(({ grams }) => grams !== 666)
    const { rows: written } = await sql<{ isNew: boolean }>`
      insert into fruits (sku, name, grams, tags, import_id)
      select distinct on (sku) sku, name, grams, tags, ${importId}
      from jsonb_to_recordset(${JSON.stringify(good)}::jsonb) as (sku text, name text, grams int, tags text[])
      on conflict (sku) do update set name = excluded.name, grams = excluded.grams, tags = excluded.tags,
        import_id = excluded.import_id
      where (fruits.name, fruits.grams, fruits.tags) is distinct from (excluded.name, excluded.grams, excluded.tags)
      returning xmax = 0 as "isNew"`.execute(tx)
    const created = written.filter(({ isNew }) => isNew).length
    return { created, changed: written.length - created, unchanged: good.length - written.length, faults }
  },
  ...(afterwards && { afterwards }),
  async *export(database) {
    let after = ''
    for (;;) {
      const { rows } = await database.executeSql(
        'select sku, name, grams, tags from fruits where sku > $1 order by sku limit 500',
        [after],
      )
      yield* rows as (Fruit & Record<string, unknown>)[]
      if (rows.length < 500) return
      after = (rows.at(-1) as Fruit).sku
    }
  },
})
