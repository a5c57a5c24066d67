import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { anEmptyDatabase, postgresMissing } from '../support/databases.ts'
import { type ProxyServer, startProxy } from '../support/own-postgres.ts'
import { type ServerProcess, startServer } from '../support/processes.ts'
import { allowed } from '../support/time-limits.ts'

describe('signing in while PostgreSQL is away', { skip: postgresMissing }, () => {
  let database: Awaited<ReturnType<typeof anEmptyDatabase>>
  let proxy: ProxyServer
  let server: ServerProcess
  before(async () => {
    database = await anEmptyDatabase()
    proxy = await startProxy(database.url)
    server = await startServer({ NODE_ENV: 'development', DATABASE_URL: proxy.url, LOG_LEVEL: 'info' })
  })
  after(async () => {
    await server.end()
    await proxy.end()
    await database.drop()
  })

  const send = async (phoneNumber: string) => (await server.post('/api/send-otp', { phoneNumber })).body.otp as string
  const verify = (phoneNumber: string, otp: string) => server.post('/api/verify-otp', { phoneNumber, otp })
  const ready = async () => (await server.get('/api/health/ready')).status
  async function until(condition: () => Promise<boolean>) {
    const deadline = Date.now() + allowed(10_000)
    while (!(await condition())) {
      assert.ok(Date.now() < deadline)
      await sleep(50)
    }
  }

  const cases: [how: string, number: string, leave: () => unknown, comeBack: () => unknown][] = [
    ['refuses connections', '9876522222', () => proxy.refuse(), () => proxy.accept()],
    ['answers nothing', '9876511111', () => proxy.freeze(), () => proxy.thaw()],
  ]
  for (const [how, number, leave, comeBack] of cases) {
    test(`a server that ${how} makes 503 within 2 s, burns no code once that is known, and comes back by itself`, async () => {
      const code = await send(number)
      await leave()
      await until(async () => (await ready()) === 503)
      const health = (await server.get('/api/health')).body
      assert.deepEqual([health.success, health.services.database], [false, false])
      await sleep(4000) // until the service has noticed too
      const startedAt = performance.now()
      const refused = await verify(number, code)
      assert.deepEqual([refused.status, refused.body.code], [503, 'server.unavailable'])
      assert.ok(performance.now() - startedAt < allowed(2000))

      await comeBack()
      await until(async () => (await ready()) === 200)
      const { status, body } = await verify(number, code)
      assert.deepEqual([status, body.isNewUser], [200, true], JSON.stringify(body))
    })
  }
})
