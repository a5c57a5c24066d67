import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import pg from 'pg'
import type { Answer } from '../support/ask-patiently.ts'
import { aMigratedDatabase, postgresMissing } from '../support/databases.ts'
import { type FakeVendor, fakeVendor } from '../support/fake-vendor.ts'
import { type ServerProcess, startServer } from '../support/processes.ts'
import { until } from '../support/queues.ts'
import { ownPrefix, redisMissing, redisUrl, removeKeys } from '../support/redis.ts'
import { inParallel, productionEnv, statuses } from '../support/service.ts'

const json = { 'content-type': 'application/json' }

describe('three processes on one Redis behave as one', { skip: redisMissing || postgresMissing }, () => {
  const prefix = ownPrefix()
  let vendor: FakeVendor
  let servers: ServerProcess[]
  let env: Record<string, string>
  let database: Awaited<ReturnType<typeof aMigratedDatabase>>
  before(async () => {
    vendor = await fakeVendor()
    database = await aMigratedDatabase()
    env = {
      ...productionEnv(vendor),
      DATABASE_URL: database.url,
      REDIS_URL: redisUrl,
      REDIS_PREFIX: prefix,
      TRUST_PROXY: '1',
    }
    servers = await inParallel(3, () => startServer(env))
  })
  after(async () => {
    await Promise.all(servers.map((server) => server.end()))
    await vendor.close()
    await database.drop()
    const redis = new Redis(redisUrl)
    await removeKeys(redis, prefix)
    redis.disconnect()
  })

  const at = (index: number) => servers[index % servers.length] as ServerProcess
  /** A server refuses work, before it looks at it, while a busy machine holds its process up. */
  async function post(index: number, path: string, body: object, from: string): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await at(index).post(path, body, { ...json, 'x-forwarded-for': from })
      if (answer.status !== 503 || answer.body.retryAfter !== 2 || attempt === 10) return answer
      await sleep(500)
    }
  }
  const send = (index: number, phoneNumber: string, from = '198.51.100.1') =>
    post(index, '/api/send-otp', { phoneNumber }, from)
  const verify = (index: number, phoneNumber: string, otp: string, from = '198.51.100.1') =>
    post(index, '/api/verify-otp', { phoneNumber, otp }, from)
  const codeFor = (number: string) => vendor.lastCode(`+91${number}`) as string
  const wrongFor = (number: string) => String((Number(codeFor(number)) + 1) % 1_000_000).padStart(6, '0')

  /** Resolves when no receipt waits for what is done about it. */
  async function jobsAreDone(): Promise<void> {
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    const waiting = `select 1 from pgboss.job where state < 'completed' and name = 'sign-in/resend-undelivered'`
    await until(async () => (await client.query(waiting)).rows.length === 0).finally(() => client.end())
  }

  test('a code sent by one verifies at another', async () => {
    await send(0, '9876500001')
    assert.equal((await verify(1, '9876500001', codeFor('9876500001'))).status, 200)
    assert.equal((await verify(2, '9876500001', codeFor('9876500001'))).status, 400)
  })

  test('3 · compares exactly five of 200 wrong codes that come at once', async () => {
    const phone = '9876500002'
    await send(0, phone, '198.51.100.2')
    const wrong = wrongFor(phone)
    const answers = await inParallel(200, (index) => verify(index, phone, wrong, '198.51.100.2'))
    const triesLeft = answers.filter(({ body }) => body.code === 'otp.wrong_code').map(({ body }) => body.triesLeft)
    assert.deepEqual(triesLeft.sort().reverse(), [4, 3, 2, 1])
    assert.equal((await verify(1, phone, codeFor(phone), '198.51.100.3')).body.success, false)
  })

  test('4 · lets exactly one of 100 right codes in that come at once', async () => {
    const phone = '9876500003'
    await send(0, phone, '198.51.100.4')
    const code = codeFor(phone)
    const answers = await inParallel(100, (index) => verify(index, phone, code, '198.51.100.4'))
    assert.equal(answers.filter(({ body }) => body.success).length, 1)
  })

  test('18 · sends one SMS for fifty requests at once, and ten for one source', async () => {
    const count = vendor.requests.length
    const same = await inParallel(50, (index) => send(index, '9876500004', `198.51.101.${index}`))
    assert.deepEqual(statuses(same), { 200: 50 })
    assert.equal(vendor.requests.length, count + 1)
    const many = await inParallel(50, (index) => send(index, `98${String(70_000_000 + index * 1001)}`, '198.51.102.1'))
    assert.deepEqual(statuses(many), { 200: 10, 429: 40 })
    assert.equal(vendor.requests.length, count + 11)
  })

  test('28 · buys one more SMS when all of them get the same failed receipt', async () => {
    const { twilioReceipt } = await import('../support/fake-vendor.ts')
    const { twilioAuthToken } = await import('../support/service.ts')
    const phone = '9876500005'
    await send(0, phone, '198.51.100.5')
    const request = vendor.requests.findLast(({ to }) => to === `+91${phone}`)
    assert.ok(request)
    const receipt = twilioReceipt(request, 'failed', { authToken: twilioAuthToken, errorCode: 30008 })
    const count = vendor.requests.length
    await inParallel(30, (index) =>
      fetch(at(index).url + receipt.url, { method: 'POST', headers: receipt.headers, body: receipt.payload }),
    )
    await jobsAreDone()
    assert.equal(vendor.requests.length, count + 1)
    assert.equal((await verify(2, phone, codeFor(phone), '198.51.100.5')).status, 200)
  })

  test('33 · survives a kill between storing and sending, and between sending and answering', async () => {
    const phone = '9876500006'
    vendor.answer({ twilio: 'hang' })
    const victim = await startServer(env)
    const lost = assert.rejects(
      victim.post('/api/send-otp', { phoneNumber: phone }, { 'x-forwarded-for': '198.51.100.6' }),
    )
    while (!vendor.requests.some(({ to }) => to === `+91${phone}`))
      await new Promise((resolve) => setTimeout(resolve, 5))
    await victim.end('SIGKILL')
    await lost

    // The challenge was stored before the vendor was asked: its code is good if the SMS arrives after all.
    const inFirstSms = codeFor(phone)
    vendor.answer({ twilio: 'accept' })
    const calm = await send(1, phone, '198.51.100.6')
    assert.equal(calm.body.success, true)
    assert.ok(calm.body.retryAfter > 0)
    assert.equal((await verify(2, phone, inFirstSms, '198.51.100.6')).status, 200)
  })
})
