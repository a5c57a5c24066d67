import { pino } from 'pino'
import { createInventory, type Inventory } from '../../src/modules/inventory/index.ts'
import type { Database, Queryable, Tx } from '../../src/platform/database/database.ts'
import { inTransaction } from '../../src/platform/database/in-transaction.ts'
import { sqlOf } from '../../src/platform/database/sql-of.ts'
import { newId } from '../../src/platform/ids.ts'
import { createMetrics, type Metrics } from '../../src/platform/observability/metrics.ts'
import type { ScheduleDefinition } from '../../src/platform/queue/job.ts'
import { type SetClock, setClock } from './clock.ts'

type Deps = Parameters<typeof createInventory>[0]

/** A store's code and id. */
export interface TestStore {
  id: string
  code: string
}

export async function aStore(database: Pick<Database, 'raw'>): Promise<TestStore> {
  const id = newId('sto')
  const code = id.slice(-10).toUpperCase()
  await database.raw(
    `insert into stores (id, code, name, city, address_lines, pincode, latitude, longitude, hours, service_area, inner_cells,
      border_cells, pick_minutes, handover_minutes, pick_capacity, created_at, updated_at)
     values ($1, $2, 'Store', 'Bengaluru', '{1}', '560001', 12.9, 77.6, '{}', '{}', '{}', '{}', 3, 1, 4, now(), now())`,
    [id, code],
  )
  return { id, code }
}

/** Ids of new variants, in their own order. */
export async function variants(database: Pick<Database, 'raw'>, count: number): Promise<string[]> {
  const category = newId('cat')
  const product = newId('prd')
  const ids = Array.from({ length: count }, () => newId('var')).sort()
  const values = [category, product, ids]
  await database.raw(
    `with c as (
       insert into categories (id, depth, slug, name, created_at, updated_at)
       values ($1, 1, replace($1, '_', '-'), 'All', now(), now()) returning id
     ), p as (
       insert into products (id, category_id, name, created_at, updated_at) select $2, c.id, 'Milk', now(), now() from c returning id
     )
     insert into variants (id, product_id, sku, pack, mrp_paise, hsn_code, gst_basis_points, created_at, updated_at)
     select v, p.id, upper(right(v, 26)), '500 ml', 3000, '0401', 0, now(), now() from p, unnest($3::text[]) as v`,
    values,
  )
  return ids
}

export const skuOf = (variantId: string): string => variantId.slice(-26).toUpperCase()

/** What of the catalogue inventory asks for, straight from its tables. `shown` is told of what it shows. */
export function aCatalog(
  shown: (units: { storeId: string; variantId: string; unitsLeft: number }) => void,
): Deps['catalog'] {
  const find = async (on: Queryable, column: 'id' | 'sku', values: readonly string[]) =>
    (
      await sqlOf(on).executeSql(
        `select id, sku, 'Milk' as name, pack from variants where ${column} = any ($1::text[])`,
        [values],
      )
    ).rows as { id: string; sku: string; name: string; pack: string }[]
  return {
    async showStock(tx, units) {
      for (const each of units) shown(each)
      await sqlOf(tx).executeSql(
        `insert into shown_stock select * from unnest($1::text[], $2::text[], $3::int[])
          on conflict (store_id, variant_id) do update set units_left = excluded.units_left`,
        [units.map((each) => each.storeId), units.map((each) => each.variantId), units.map((each) => each.unitsLeft)],
      )
    },
    findVariants: (on, ids) => find(on, 'id', ids),
    findVariantIdsBySku: async (on, skus) => new Map((await find(on, 'sku', skus)).map(({ id, sku }) => [sku, id])),
    readSkus: async (on, ids) => new Map((await find(on, 'id', ids)).map(({ id, sku }) => [id, sku])),
  }
}

/** What of the stores inventory asks for, straight from their table. */
function someStores(): Deps['stores'] {
  const all = async (on: Queryable) =>
    (await sqlOf(on).executeSql('select id, code from stores where archived_at is null')).rows as TestStore[]
  return {
    findStore: async (on, id) => (await all(on)).find((store) => store.id === id),
    findStoreIdsByCode: async (on, codes) =>
      new Map((await all(on)).filter(({ code }) => codes.includes(code)).map(({ id, code }) => [code, id])),
    readStoreCodes: async (on) => new Map((await all(on)).map(({ id, code }) => [id, code])),
  }
}

export interface Stockroom {
  inventory: Inventory
  clock: SetClock
  metrics: Metrics
  database: Database
  /** Every unit that was shown so far, those of transactions that were rolled back too. */
  shown: { storeId: string; variantId: string; unitsLeft: number }[]
  /** Every event so far, the same way. */
  emitted: { name: string; payload: object }[]
  jobs: ScheduleDefinition[]
  logged(): string
  within<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** Has a store receive units of variants, so many of each. */
  stockUp(storeId: string, variantIds: readonly string[], quantity: number): Promise<void>
  /** Levels of a store as the database has them, by variant. */
  levels(storeId: string): Promise<{ onHand: number; reserved: number; moved: number }[]>
}

/** The module over a database, with the tables of the others behind it. */
export function aStockroom(
  database: Database,
  { clock = setClock(), authenticate = never }: Partial<Opened> = {},
): Stockroom {
  const lines: string[] = []
  const metrics = createMetrics()
  const room: Pick<Stockroom, 'shown' | 'emitted' | 'jobs'> = { shown: [], emitted: [], jobs: [] }
  const inventory = createInventory({
    settings: { holdSeconds: 600 },
    database,
    catalog: aCatalog((units) => room.shown.push(units)),
    stores: someStores(),
    authenticate,
    queue: { schedule: (job) => void room.jobs.push(job) },
    events: {
      emit: async (_tx, { name }, payload) => {
        room.emitted.push({ name, payload })
      },
    },
    clock,
    log: pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) }),
    metrics,
  })
  const within: Stockroom['within'] = (work) => inTransaction(database.db, work)
  return {
    ...room,
    inventory,
    clock,
    metrics,
    database,
    within,
    logged: () => lines.join(''),
    stockUp: (storeId, variantIds, quantity) => stockUp(database, storeId, variantIds, quantity),
    levels: (storeId) => levels(database, storeId),
  }
}

interface Opened {
  clock: SetClock
  authenticate: Deps['authenticate']
}

const never: Deps['authenticate'] = () => async () => {
  throw new Error('nobody signs in here')
}

/** As if it had been received. */
export async function stockUp(
  database: Pick<Database, 'raw'>,
  storeId: string,
  variantIds: readonly string[],
  quantity: number,
): Promise<void> {
  await database.raw(
    `with moved as (
       insert into stock_movements (store_id, variant_id, number, kind, on_hand_before, quantity, at)
       select $1, v, 1, 'inward', 0, $3, now() from unnest($2::text[]) as v where $3::int > 0 returning *
     )
     insert into stock_levels (store_id, variant_id, on_hand, last_movement, updated_at)
     select $1, v, $3, case when $3::int > 0 then 1 end, now() from unnest($2::text[]) as v`,
    [storeId, variantIds, quantity],
  )
}

/** With the sum of movements beside. */
export async function levels(database: Pick<Database, 'raw'>, storeId: string) {
  const { rows } = await database.raw(
    `select on_hand as "onHand", reserved, (select coalesce(sum(quantity), 0) from stock_movements m
        where m.store_id = l.store_id and m.variant_id = l.variant_id) as moved
     from stock_levels l where store_id = $1 order by variant_id`,
    [storeId],
  )
  return rows as { onHand: number; reserved: number; moved: number }[]
}
