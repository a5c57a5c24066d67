import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { newFolder } from '../harness/child-process.ts'
import type { Script } from '../harness/pgbench.ts'
import type { BenchDatabase, PostgresServer } from '../harness/postgres-databases.ts'
import type { Place, ServerProcess } from '../harness/server-process.ts'
import { productionEnv, startProduction, whole } from '../sign-in/service.ts'
import { ensureDataSet } from './data-sets.ts'
import { type ExpectedPages, readExpected } from './expected-pages.ts'
import { type NotedStatement, openNoting } from './noted-sql.ts'
import { type Kind, kinds, pathsOf } from './pages.ts'
import { toScripts } from './pgbench-scripts.ts'

export interface Shopping {
  place: Place
  postgres: PostgresServer
  vendorUrl: string
  say(line: string): void
}

/** A catalogue of one size in a database of its own, which is only read, and what is right to answer from it. */
export interface Shop {
  size: number
  database: BenchDatabase
  expected: Readonly<Record<Kind, ExpectedPages>>
  /** The lists with the statement of each, for the floors that send the same bytes. */
  pagesFile: string
  /** What the service asks the database for pages of a kind when it has kept none of them. */
  scripts: Readonly<Record<Kind, readonly Script[]>>
  /** The service in production mode; without its cache it asks the database each time. */
  start(cache: 'cached' | 'uncached'): Promise<ServerProcess>
  close(): Promise<void>
}

const uncached = { CATALOG_CACHE_MB: '0' }

type Noted = Record<Kind, NotedStatement[][]>

/** The statements of each path, as the service makes them once it has been at work for a while. */
async function noteStatements(
  env: Record<string, string>,
  url: string,
  expected: Readonly<Record<Kind, ExpectedPages>>,
): Promise<Noted> {
  const { database, note } = await openNoting(url)
  const config = readConfig({ ...env, ...uncached, LOG_LEVEL: 'fatal' }, Date.now())
  const app = await createApp(config, { database })
  const noteOne = (path: string) => note(() => app.server.inject({ url: path }))
  try {
    const noted: [Kind, NotedStatement[][]][] = []
    for (const kind of kinds) {
      const paths = expected[kind].pages.map((page) => page.path)
      for (const path of paths) await noteOne(path)
      const requests = []
      for (const path of paths) requests.push(await noteOne(path))
      if (requests.some((statements) => statements.length === 0))
        throw new Error(`a ${kind} asked the database nothing`)
      noted.push([kind, requests])
    }
    return Object.fromEntries(noted) as Noted
  } finally {
    await app.close()
    await database.close()
  }
}

/** Makes the catalogue, unless it is there, copies it, and asks the service for every page once. @throws for a wrong one */
export async function openShop({ place, postgres, vendorUrl, say }: Shopping, size: number): Promise<Shop> {
  const template = await ensureDataSet(postgres.templates, { stores: 3, products: size, say })
  const database = await postgres.createDatabase(template)
  const folder = newFolder()
  const pagesFile = join(folder, 'pages.json')
  const env = { ...productionEnv(vendorUrl), DATABASE_URL: database.url }
  const start: Shop['start'] = (cache) =>
    startProduction({ ...place, program: whole, env: { ...env, ...(cache === 'uncached' && uncached) } }, vendorUrl)

  const server = await start('uncached')
  const expected = {} as Record<Kind, ExpectedPages>
  try {
    for (const kind of kinds) expected[kind] = await readExpected(kind, server.port, pathsOf(kind, size))
  } finally {
    await server.stop()
  }
  const noted = await noteStatements(env, database.url, expected)
  const pages = expected.list.pages.map(({ path, bytes }, at) => ({
    path,
    bytes: bytes.toString('base64'),
    statements: noted.list[at],
  }))
  writeFileSync(pagesFile, JSON.stringify(pages))
  const scripts = {} as Record<Kind, Script[]>
  for (const kind of kinds) scripts[kind] = toScripts(noted[kind])
  return {
    size,
    database,
    expected,
    pagesFile,
    scripts,
    start,
    async close() {
      rmSync(folder, { recursive: true, force: true })
      await database.drop()
    },
  }
}
