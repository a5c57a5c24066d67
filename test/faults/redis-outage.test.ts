import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { Answer } from '../support/ask-patiently.ts'
import { postgresMissing } from '../support/databases.ts'
import { type FakeVendor, fakeVendor } from '../support/fake-vendor.ts'
import { freePort, type OwnRedis, type ServerProcess, startRedis, startServer } from '../support/processes.ts'
import { productionEnv } from '../support/service.ts'
import { allowed } from '../support/time-limits.ts'

const port = await freePort()
const probe = await startRedis(port)
await probe?.end()

const phone = '9876543210'

describe('22 · Redis goes away and comes back', {
  skip: probe ? postgresMissing : 'no redis-server on this machine',
}, () => {
  let redis: OwnRedis
  let vendor: FakeVendor
  let server: ServerProcess
  const begin = async () => {
    redis = (await startRedis(port)) as OwnRedis
  }
  before(async () => {
    vendor = await fakeVendor()
    await begin()
    server = await startServer({ ...productionEnv(vendor), REDIS_URL: redis.url })
  })
  beforeEach(() => vendor.answer({ twilio: 'accept', fast2sms: 'accept' }))
  after(async () => {
    await server.end()
    await redis.end()
    await vendor.close()
  })

  const send = (number = phone) => server.post('/api/send-otp', { phoneNumber: number })
  const verify = (otp: string, number = phone) => server.post('/api/verify-otp', { phoneNumber: number, otp })

  /** Asserts a 503 that came soon. Two cores and other tests leave some slack over the 300 ms that are promised. */
  async function unavailableSoon(ask: () => Promise<Answer>): Promise<void> {
    const startedAt = performance.now()
    const { status, body } = await ask()
    const took = performance.now() - startedAt
    assert.equal(status, 503)
    assert.equal(body.success, false)
    assert.equal(body.code, 'server.unavailable')
    assert.ok(took < allowed(600), `took ${Math.round(took)} ms`)
  }

  async function recovered(): Promise<void> {
    const deadline = Date.now() + allowed(5000)
    while ((await server.get('/api/health/ready')).status !== 200) {
      assert.ok(Date.now() < deadline, 'did not recover within 5 s')
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  test('answers 503 soon while it is killed, never from memory, and recovers by itself', async () => {
    await send()
    await redis.end()
    const before = vendor.requests.length
    await unavailableSoon(() => send())
    await unavailableSoon(() => verify(vendor.lastCode(`+91${phone}`) as string))
    await unavailableSoon(() => server.get(`/api/otp-status/${phone}`))
    const health = await server.get('/api/health')
    assert.deepEqual([health.status, health.body.success], [503, false])
    assert.equal((await server.get('/api/health/live')).status, 200)
    assert.equal(vendor.requests.length, before)
    await new Promise((resolve) => setTimeout(resolve, 300)) // until a new connection was refused

    await begin()
    await recovered()
    assert.equal((await send()).body.success, true)
    assert.equal((await verify(vendor.lastCode(`+91${phone}`) as string)).body.success, true)
  })

  test('answers 503 soon while it is frozen, and recovers by itself', async () => {
    redis.child.kill('SIGSTOP')
    await unavailableSoon(() => send('9123456780'))
    await unavailableSoon(() => verify('123456', '9123456780'))
    redis.child.kill('SIGCONT')
    await recovered()
    assert.equal((await send('9123456781')).body.success, true)
  })

  test('does nothing later for a request that was answered 503: the code is not used up, and no send is owed', async () => {
    await send('9123456782')
    const code = vendor.lastCode('+919123456782') as string
    redis.child.kill('SIGSTOP')
    await unavailableSoon(() => verify(code, '9123456782'))
    await unavailableSoon(() => send('9123456783'))
    await new Promise((resolve) => setTimeout(resolve, 300))
    redis.child.kill('SIGCONT')
    await recovered()
    assert.equal((await verify(code, '9123456782')).body.success, true)
    const before = vendor.requests.length
    assert.equal((await send('9123456783')).body.success, true)
    assert.equal(vendor.requests.length, before + 1)
  })

  test('answers 503 when it goes while a vendor is asked, and a later request works', async () => {
    vendor.answer({ twilio: [{ status: 500, body: {} }], fast2sms: { afterMs: 500 } })
    const sending = send('9000000001')
    while (!vendor.requests.some(({ to, vendor: by }) => to === '+919000000001' && by === 'fast2sms')) {
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    await redis.end()
    assert.equal((await sending).status, 503)
    await begin()
    await recovered()
    vendor.answer({ twilio: 'accept' })
    assert.equal((await send('9000000001')).body.success, true)
  })

  test('runs its scripts again after Redis forgot them', async () => {
    await redis.end()
    await begin()
    await recovered()
    assert.equal((await send('9000000002')).body.success, true)
  })

  test('logs each outage and each return once', async () => {
    await server.end()
    const lines = server.output().split('\n')
    const outages = lines.filter((line) => line.includes('Redis is out of reach')).length
    const returns = lines.filter((line) => line.includes('Redis is back')).length
    assert.ok(outages >= 1, 'no outage was logged') // a very short one may pass unseen
    assert.equal(returns, outages)
  })
})
