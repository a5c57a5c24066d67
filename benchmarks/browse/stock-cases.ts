import type { Case, SelfDriven } from '../harness/measure.ts'
import { runByPgbench, type Script } from '../harness/pgbench.ts'
import type { BenchDatabase } from '../harness/postgres-databases.ts'
import { startWorkServer } from '../harness/work-server.ts'
import { productionEnv } from '../sign-in/service.ts'
import { ensureDataSet } from './data-sets.ts'
import { openFaces } from './faces.ts'
import { firstVariantId, variantsOfProduct } from './make-catalogue.ts'
import { openNoting } from './noted-sql.ts'
import { storeIds } from './pages.ts'
import { literal, withExpressions } from './pgbench-scripts.ts'
import { type Goods, reserve } from './reservations.ts'
import type { Shopping } from './shop.ts'

const products = 20_000
/** More units than all runs take. */
const delivered = 50_000_000

export const works = ['reserve 3 lines', 'reserve one hot line'] as const
type Work = (typeof works)[number]

const reservationFloor = (work: Work): string => `floor: pgbench, ${work}`

const [storeId = ''] = storeIds

/** One unit each of three products anywhere in the catalogue, or of one and the same. */
const goodsOf: Record<Work, Goods> = {
  'reserve 3 lines': {
    storeId,
    ranges: [1, 2, 3].map((third) => [
      Math.floor(((third - 1) * products) / 3) + 1,
      Math.floor((third * products) / 3),
    ]),
  },
  'reserve one hot line': { storeId, ranges: [[1, 1]] },
}

/** Enough of everything in one store, so that nothing is ever short. */
const deliver = `
  with level as (
    update stock_levels set on_hand = on_hand + $2, last_movement = last_movement + 1 where store_id = $1 returning *
  )
  insert into stock_movements (store_id, variant_id, number, kind, on_hand_before, quantity, at)
  select store_id, variant_id, last_movement, 'inward', on_hand - $2, $2, now() from level`

/** What was done, as the database has it, in words when it is not what was asked for. */
async function lookAtStock(database: BenchDatabase, lines: number): Promise<string | undefined> {
  const [found] = (await database.query(`
    select (select count(*)::int from reservations where status = 'held') as held,
      (select coalesce(sum(quantity), 0)::int from reservation_lines) as lines,
      (select coalesce(sum(reserved), 0)::int from stock_levels) as reserved`)) as [
    { held: number; lines: number; reserved: number },
  ]
  if (found.held > 0 && found.lines === found.held * lines && found.reserved === found.lines) return undefined
  return `${found.held} reservations have ${found.lines} lines, and ${found.reserved} units are reserved`
}

/** As `numberedId` makes it, of a variable. */
const drawnId = (prefix: string, variable: string): string => `('${prefix}_' || lpad(:${variable}::text, 26, '0'))`

/** The transaction of a reservation as a script, its order and its goods drawn by `pgbench`. */
async function noteScript(database: BenchDatabase, { ranges }: Goods): Promise<Script> {
  const noting = await openNoting(database.url)
  const faces = await openFaces(noting.database, { ...productionEnv(''), DATABASE_URL: database.url })
  const variantIds = ranges.map(([first]) => firstVariantId(first))
  const once = (reference: string) =>
    reserve({ database: noting.database, inventory: faces.inventory }, storeId, { reference, variantIds })
  try {
    const noted = await noting.note(() => once('noted'))
    const expressionOf = (value: unknown): string => {
      const text = JSON.stringify(value)
      if (text === JSON.stringify(variantIds))
        return `array[${ranges.map((_, at) => drawnId('var', `g${at}`)).join(', ')}]`
      if (text === '"noted"') return drawnId('ord', 'number')
      return /^"rsv_/.test(text) ? drawnId('rsv', 'number') : literal(value)
    }
    const statements = noted.map(({ sql, values }) => withExpressions(sql, (index) => expressionOf(values[index])))
    const draws = ranges.map(([first, last], at) => `\\set g${at} ${variantsOfProduct} * random(${first}, ${last})`)
    const number = '\\set number random(1, 1000000000000000)'
    return { text: [number, ...draws, ...statements.map((sql) => `${sql.trim()};`), ''].join('\n'), weight: 1 }
  } finally {
    await faces.close()
    await noting.database.close()
  }
}

/** Each run has a copy of the catalogue of its own. */
async function onCopy(
  { postgres, say }: Shopping,
  work: Work,
  start: (database: BenchDatabase, goods: Goods) => Promise<SelfDriven>,
): Promise<SelfDriven> {
  const template = await ensureDataSet(postgres.templates, { stores: storeIds.length, products, say })
  const database = await postgres.createDatabase(template)
  try {
    const goods = goodsOf[work]
    await database.query(deliver, [storeId, delivered])
    await database.query('vacuum analyze stock_levels')
    const started = await start(database, goods)
    return {
      ...started,
      others: [database.meter],
      settle: () => database.pin(started.cores.server),
      inspect: () => lookAtStock(database, goods.ranges.length),
      async stop() {
        await started.stop()
        await database.drop()
      },
    }
  } catch (error) {
    await database.drop()
    throw error
  }
}

const byService = (shopping: Shopping, work: Work) => () =>
  onCopy(shopping, work, ({ url }, goods) =>
    startWorkServer(new URL('./reserve-worker.ts', import.meta.url), {
      ...shopping.place,
      env: { ...productionEnv(shopping.vendorUrl), DATABASE_URL: url, GOODS: JSON.stringify(goods) },
    }),
  )

const bySql = (shopping: Shopping, work: Work) => () =>
  onCopy(shopping, work, async (database, goods) =>
    runByPgbench({ database, cores: shopping.place.cores }, [await noteScript(database, goods)]),
  )

/** Reservations through the face of inventory, and the same transaction by `pgbench`. */
export const stockCases = (shopping: Shopping, hasPgbench: boolean): Case[] =>
  works.flatMap((work): Case[] => {
    const floor = reservationFloor(work)
    const ours = { name: work, start: byService(shopping, work) }
    return hasPgbench
      ? [
          { ...ours, floor },
          { name: floor, start: bySql(shopping, work) },
        ]
      : [ours]
  })
