import { Writable } from 'node:stream'
import type { Caller } from '../../src/modules/accounts/index.ts'
import { createImports, type ImportKind, type Imports } from '../../src/modules/imports/index.ts'
import { type Clock, systemClock } from '../../src/platform/clock.ts'
import { readSection } from '../../src/platform/config/read-section.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { httpProblems } from '../../src/platform/http/http-problems.ts'
import { httpSettings } from '../../src/platform/http/http-settings.ts'
import { createServer, type Server } from '../../src/platform/http/server.ts'
import { createLogger } from '../../src/platform/observability/logger.ts'
import { createMetrics } from '../../src/platform/observability/metrics.ts'
import type { Answer } from './ask-patiently.ts'
import { createFruits, fruitKind } from './import-kinds.ts'
import { aQueue, type TestQueue, until } from './queues.ts'

const admin: Caller = { userId: 'usr_admin', sessionId: 'ses_1', roles: ['admin'], storeIds: [] }
export const storeId = `sto_${'0'.repeat(26)}`
const manager: Caller = {
  userId: 'usr_manager',
  sessionId: 'ses_2',
  roles: ['storeManager'],
  storeIds: [storeId],
}
const customer: Caller = { userId: 'usr_customer', sessionId: 'ses_3', roles: ['customer'], storeIds: [] }

const callers: Record<string, Caller> = { admin, manager, customer }

/** The module behind a server. Whoever calls says in a header who that is. */
export interface StartedImports {
  imports: Imports
  queue: TestQueue
  server: Server
  /** Where it listens. */
  url: string
  logged(): string
  call(
    method: 'GET' | 'POST',
    path: string,
    options?: { as?: string; body?: string | Buffer; type?: string },
  ): Promise<Answer>
  /** Sends a file for `fruits`, and waits until it is over. */
  send(file: string | Buffer, query?: string, type?: string): Promise<Answer['body']>
  /** Waits until an import is over. */
  over(id: string): Promise<Answer['body']>
  end(): Promise<void>
}

export async function startImports(
  database: Database,
  {
    clock = systemClock,
    kinds = [fruitKind()],
    maxMegabytes = 1024,
    work = true,
  }: { clock?: Clock; kinds?: readonly ImportKind[]; maxMegabytes?: number; work?: boolean } = {},
): Promise<StartedImports> {
  const lines: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  await database.executeSql(createFruits)
  const log = await createLogger({ level: 'debug' }, { development: false, stream })
  const metrics = createMetrics()
  const queue = aQueue(database)
  const imports = createImports({
    kinds,
    database,
    queue,
    clock,
    log,
    metrics,
    settings: { maxMegabytes },
    authenticate: () => (request, _reply, done) => {
      const caller = callers[String(request.headers['x-caller'])]
      if (!caller) return done(httpProblems.unauthorized())
      request.caller = caller
      done()
    },
    stores: {
      findIdByCode: async (code) => (code === 'BLR-1' ? storeId : undefined),
      exists: async (id) => id === storeId,
    },
  })
  const settings = readSection(httpSettings, {}, { development: false, now: 0 }, [])
  const server = await createServer({
    settings,
    development: false,
    log,
    metrics,
    sharesItsThread: true,
    strictProblems: true,
  })
  await server.register(imports.routes, { prefix: '/api' })
  await imports.start()
  await queue.start({ work })
  await server.listen({ host: '127.0.0.1', port: 0 })
  const { port } = server.server.address() as { port: number }

  const started: StartedImports = {
    imports,
    queue,
    server,
    url: `http://127.0.0.1:${port}`,
    logged: () => lines.join(''),
    async call(method, path, { as = 'admin', body, type = 'text/csv' } = {}) {
      const response = await server.inject({
        method,
        url: `/api${path}`,
        headers: { 'x-caller': as, ...(body !== undefined && { 'content-type': type }) },
        ...(body !== undefined && { payload: body }),
      })
      const isJson = String(response.headers['content-type']).startsWith('application/json')
      return {
        status: response.statusCode,
        body: isJson ? response.json() : undefined,
        headers: response.headers,
        text: response.payload,
      }
    },
    async send(file, query = '', type = 'text/csv') {
      const { status, body } = await started.call('POST', `/imports?kind=fruits${query}`, { body: file, type })
      if (status !== 202) throw new Error(`${status}: ${JSON.stringify(body)}`)
      return started.over(body.import.id)
    },
    async over(id) {
      let report: Answer['body']
      await until(async () => {
        const { status, body } = await started.call('GET', `/imports/${id}`)
        report = body?.import
        return status === 200 && ['done', 'refused', 'abandoned'].includes(report.status)
      }, 60_000)
      return report
    },
    async end() {
      await server.close()
      await queue.stop()
      await imports.close()
    },
  }
  return started
}
