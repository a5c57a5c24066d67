import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fakeVendor } from '../support/fake-vendor.ts'
import { runToEnd, startServer } from '../support/processes.ts'
import { productionEnv } from '../support/service.ts'

describe('starting and stopping', () => {
  test('27 · refuses development mode and the console provider in production, and says why', async () => {
    const production = { NODE_ENV: 'production', SECRET_KEY: 'k'.repeat(32) }
    const [contradiction, console] = await Promise.all([
      runToEnd({ ...production, FLASK_ENV: 'development' }),
      runToEnd({ ...production, SMS_PROVIDERS: 'twilio,console' }),
    ])
    assert.equal(contradiction.code, 1)
    assert.match(contradiction.output, /NODE_ENV=production and FLASK_ENV=development contradict/)
    assert.equal(console.code, 1)
    assert.match(console.output, /console/)
    assert.doesNotMatch(console.output, /\n\s+at /)
  })

  test('is production unless development is asked for, and prints every fault of a bad configuration at once, without values', async () => {
    const { code, output } = await runToEnd({
      API_PORT: 'many',
      CORS_ORIGINS: '*',
      TRUST_PROXY: 'true',
      TWILIO_ACCOUNT_SID: 'not-an-sid-4711',
      SMS_HOURLY_BUDGET: '-1',
      REDIS_URL: 'http://user:hunter2@example',
      TEST_PHONES: '+919999900001:123456',
    })
    assert.equal(code, 1)
    for (const name of [
      'SECRET_KEY',
      'API_PORT',
      'CORS_ORIGINS',
      'TRUST_PROXY',
      'TWILIO_ACCOUNT_SID',
      'SMS_HOURLY_BUDGET',
      'REDIS_URL',
      'TEST_PHONES_UNTIL',
    ]) {
      assert.match(output, new RegExp(name))
    }
    assert.doesNotMatch(output, /4711|hunter2|9999900001|\n\s+at /)
  })

  test('says in one sentence that Redis is not there, without its address', async () => {
    const { code, output } = await runToEnd({
      NODE_ENV: 'development',
      REDIS_URL: 'redis://:hunter2@127.0.0.1:1',
      LOG_LEVEL: 'silent',
    })
    assert.equal(code, 1)
    assert.equal(output.trim(), 'Redis does not answer')
  })

  test('finishes what is in flight when it is told to stop', async (context) => {
    const vendor = await fakeVendor()
    context.after(() => vendor.close())
    const server = await startServer(productionEnv(vendor))
    vendor.answer({ twilio: { afterMs: 800 } })
    const sending = server.post('/api/send-otp', { phoneNumber: '9876543210' })
    while (vendor.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    const ended = server.end('SIGTERM')
    assert.equal((await sending).body.success, true)
    assert.equal(await ended, 0)
    await assert.rejects(server.get('/api/health'))
  })

  test('hands out codes in development only, and listens on this machine only', async () => {
    const server = await startServer({ NODE_ENV: 'development', API_HOST: '' })
    assert.match(server.url, /127\.0\.0\.1/)
    const { body } = await server.post('/api/send-otp', { phoneNumber: '9876543210' })
    assert.equal(body.development_mode, true)
    assert.equal(body.provider, 'development')
    assert.equal(body.message, `Development Mode: OTP is ${body.otp}`)
    assert.ok(server.output().includes(body.otp))
    assert.equal(
      (await server.post('/api/verify-otp', { phoneNumber: '9876543210', otp: body.otp })).body.success,
      true,
    )
    await server.end()
  })
})
