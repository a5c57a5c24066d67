import { figuresOf } from './browse/figures.ts'
import { pageCases } from './browse/page-cases.ts'
import { servingCases } from './browse/serving-cases.ts'
import { openShop, type Shop, type Shopping } from './browse/shop.ts'
import { stockCases } from './browse/stock-cases.ts'
import type { Bench } from './harness/bench.ts'
import { measure } from './harness/measure.ts'
import { hasPgbench } from './harness/pgbench.ts'
import { findPostgres } from './harness/postgres-databases.ts'
import { type Fact, fact } from './harness/report.ts'
import { startVendorStandIn } from './sign-in/vendor-stand-in.ts'

export const usualConnections = 16

const sizes = [1000, 20_000, 200_000] as const

/** How many of the queries found nothing; it should find something for each. */
const emptyFacts = ({ size, expected: { search, suggest } }: Shop): Fact[] =>
  Object.entries({ search, suggest }).map(([kind, { pages, empty }]) =>
    fact(`${kind}, ${size.toLocaleString('en')} products: without an answer of ${pages.length + empty.length}`, '', [
      empty.length,
    ]),
  )

/** Opens each catalogue when it is first needed, and once. */
function openShops(shopping: Shopping) {
  const open = new Map<number, Promise<Shop>>()
  return {
    at: (size: number) => () => {
      const shop = open.get(size) ?? openShop(shopping, size)
      open.set(size, shop)
      return shop
    },
    opened: () => Promise.all(open.values()),
  }
}

/**
 * What customers look at, in catalogues of three sizes, with the cache and without; where they are served; and stock that
 * is held for them. Held against the same bytes and the same SQL with nothing around them.
 */
export const bench: Bench = async ({ effort, place, say, only, templates }) => {
  const postgres = await findPostgres(templates)
  if (!postgres) throw new Error('This needs PostgreSQL: none answers at BENCH_DATABASE_URL.')
  const canFloor = hasPgbench()
  if (!canFloor) say('NO PGBENCH: what is held against SQL has no floor')
  const vendor = await startVendorStandIn()
  const shopping = { place, postgres, vendorUrl: vendor.url, say }
  const shops = openShops(shopping)
  try {
    const all = [
      ...sizes.flatMap((size) => pageCases(place, size, shops.at(size), canFloor)),
      ...servingCases(shopping),
      ...stockCases(shopping, canFloor),
    ]
    const wanted = all.filter(({ name }) => !only || name.includes(only))
    const floors = new Set(wanted.map(({ floor }) => floor))
    const cases = await measure(
      all.filter((each) => wanted.includes(each) || floors.has(each.name)),
      effort,
      say,
    )
    const opened = await shops.opened()
    return {
      circumstances: {
        postgres: `${postgres.version}, ${postgres.isPinned() ? 'its backends on the core of the server' : 'not pinned'}`,
      },
      cases,
      facts: [...figuresOf(cases, sizes), ...opened.flatMap(emptyFacts)],
    }
  } finally {
    for (const shop of await shops.opened()) await shop.close()
    await vendor.close()
    await postgres.close()
  }
}
