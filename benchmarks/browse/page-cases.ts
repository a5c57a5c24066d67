import type { Case } from '../harness/measure.ts'
import { runByPgbench } from '../harness/pgbench.ts'
import { type Place, startServer } from '../harness/server-process.ts'
import { readEach, readPages } from './expected-pages.ts'
import { type Kind, kinds } from './pages.ts'
import type { Shop } from './shop.ts'

export type Cache = 'cached' | 'uncached'

const counted = (size: number): string => `${size.toLocaleString('en')} products`

export const pageCase = (kind: Kind, size: number, cache: Cache): string => `${kind}, ${counted(size)}, ${cache}`
const sameBytesFloor = (size: number): string => `floor: bare Fastify, list, ${counted(size)}`
export const sameSqlFloor = (size: number): string => `floor: bare Fastify with pg, list, ${counted(size)}`
const pgbenchFloor = (kind: Kind, size: number): string => `floor: pgbench, ${kind}, ${counted(size)}`

/** Kinds that are held against their own statements. */
const heldAgainstSql: readonly Kind[] = ['list', 'search']

function floorOf(kind: Kind, size: number, cache: Cache, hasPgbench: boolean): string | undefined {
  if (cache === 'cached') return kind === 'list' ? sameBytesFloor(size) : undefined
  return hasPgbench && heldAgainstSql.includes(kind) ? pgbenchFloor(kind, size) : undefined
}

/** Pages of one kind from the service, with its cache or without. It has been asked for each once before. */
const servicePages =
  (shop: () => Promise<Shop>, kind: Kind, cache: Cache): Case['start'] =>
  async () => {
    const { database, expected, start } = await shop()
    const server = await start(cache)
    const { pages } = expected[kind]
    try {
      await readEach(server.port, pages)
    } catch (error) {
      await server.stop()
      throw error
    }
    return {
      server,
      operation: readPages(pages),
      others: [database.meter],
      settle: () => database.pin(server.cores.server),
      stop: () => server.stop(),
    }
  }

/** The same lists from Fastify with nothing beside it. */
const sameBytes =
  (place: Place, shop: () => Promise<Shop>): Case['start'] =>
  async () => {
    const { expected, pagesFile } = await shop()
    const file = new URL('../floors/same-bytes.ts', import.meta.url)
    const server = await startServer(file, { ...place, env: { NODE_ENV: 'production', PAGES: pagesFile } })
    return { server, operation: readPages(expected.list.pages), stop: () => server.stop() }
  }

/** The same lists from Fastify that reads them with `pg` first. */
const sameBytesBySql =
  (place: Place, shop: () => Promise<Shop>): Case['start'] =>
  async () => {
    const { database, expected, pagesFile } = await shop()
    const file = new URL('../floors/same-bytes-by-sql.ts', import.meta.url)
    const env = { NODE_ENV: 'production', PAGES: pagesFile, DATABASE_URL: database.url }
    const server = await startServer(file, { ...place, env })
    return {
      server,
      operation: readPages(expected.list.pages),
      others: [database.meter],
      settle: () => database.pin(server.cores.server),
      stop: () => server.stop(),
    }
  }

const sqlAlone =
  ({ cores }: Place, shop: () => Promise<Shop>, kind: Kind): Case['start'] =>
  async () => {
    const { database, scripts } = await shop()
    return runByPgbench({ database, cores }, scripts[kind])
  }

/** Every kind of page of a catalogue of one size, each with the cache and without, and what they are held against. */
export function pageCases(place: Place, size: number, shop: () => Promise<Shop>, hasPgbench: boolean): Case[] {
  const ours = kinds.flatMap((kind) =>
    (['cached', 'uncached'] as const).map((cache): Case => {
      const floor = floorOf(kind, size, cache, hasPgbench)
      return { name: pageCase(kind, size, cache), ...(floor && { floor }), start: servicePages(shop, kind, cache) }
    }),
  )
  const floors: Case[] = [{ name: sameBytesFloor(size), start: sameBytes(place, shop) }]
  if (hasPgbench)
    for (const kind of heldAgainstSql)
      floors.push({ name: pgbenchFloor(kind, size), start: sqlAlone(place, shop, kind) })
  const limit: Case = {
    name: sameSqlFloor(size),
    ...(hasPgbench && { floor: pgbenchFloor('list', size) }),
    start: sameBytesBySql(place, shop),
  }
  // Each floor runs beside what is held against it.
  const after = (name: string | undefined) => floors.filter((floor) => floor.name === name)
  const isUncachedList = (name: string) => name === pageCase('list', size, 'uncached')
  return ours.flatMap((each) => [each, ...after(each.floor), ...(isUncachedList(each.name) ? [limit] : [])])
}
