import { type Catalog, createCatalog } from '../../src/modules/catalog/index.ts'
import { createStores } from '../../src/modules/stores/index.ts'
import { createChangeFeed } from '../../src/platform/changes/change-feed.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { numbersFrom, type StartedAccounts, startAccounts } from './accounts.ts'
import type { Answer } from './ask-patiently.ts'
import { unique } from './catalog.ts'
import { aQueue, type TestQueue } from './queues.ts'

/** The catalogue with accounts, stores and a queue, behind one server. */
export interface StartedCatalog extends StartedAccounts {
  catalog: Catalog
  queue: TestQueue
  /** The token of an admin. */
  admin: string
  managerOf(...storeIds: string[]): Promise<string>
  aCustomer(): Promise<string>
  /** A call by the admin, or by whoever's token it is; with `If-Match` where there is a version. */
  ask(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    options?: { body?: unknown; version?: number; token?: string; key?: string },
  ): Promise<Answer>
}

const aNumber = numbersFrom(9_812_000_000)

export async function startCatalog(database: Database): Promise<StartedCatalog> {
  const queue = aQueue(database)
  const made: { catalog?: Catalog } = {}
  const accounts = await startAccounts(database, {
    async others({ accounts: { authenticate }, server, clock, log, metrics }) {
      const changes = createChangeFeed({ database, clock, log })
      const stores = createStores({ database, clock, log, metrics, authenticate, changes })
      made.catalog = createCatalog({
        settings: { cacheMegabytes: 1 },
        database,
        changes,
        queue,
        stores,
        authenticate,
        clock,
        metrics,
      })
      await server.register(made.catalog.routes, { prefix: '/api' })
    },
  })
  await queue.start({ work: true })
  const { call, signIn, anAdmin } = accounts
  const admin = (await anAdmin(aNumber())).accessToken
  return {
    ...accounts,
    catalog: made.catalog as Catalog,
    queue,
    admin,
    aCustomer: async () => (await signIn(aNumber())).accessToken,
    async managerOf(...storeIds) {
      const number = aNumber()
      const { user } = await signIn(number)
      const body = { roles: ['customer', 'storeManager'], storeIds }
      const { status } = await call('PATCH', `/api/users/${user.id}`, { token: admin, body })
      if (status !== 200) throw new Error(`the manager was refused: ${status}`)
      return (await signIn(number)).accessToken
    },
    ask: (method, path, { body, version, token = admin, key } = {}) =>
      call(method, `/api${path}`, {
        token,
        ...(body !== undefined && { body }),
        headers: {
          ...(version !== undefined && { 'if-match': `"${version}"` }),
          ...(key !== undefined && { 'idempotency-key': key }),
        },
      }),
    async end() {
      await queue.stop()
      await accounts.end()
    },
  }
}

/** A variant as an admin submits it; with fields of its own. */
export const aVariant = (fields: object = {}) => ({
  sku: unique('SKU-V'),
  pack: '500 ml',
  mrpPaise: 2800,
  hsnCode: '0401',
  gstPercent: 5,
  ...fields,
})
