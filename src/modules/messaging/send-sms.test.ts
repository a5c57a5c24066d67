import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { type FakeVendor, fakeVendor, type Play } from '../../../test/support/fake-vendor.ts'
import { anyPhone, authToken, startMessaging, vendorEnv } from '../../../test/support/start-messaging.ts'

const down: Play = { status: 503, body: {} }
const refusedBy = (code: number): Play => ({ status: 400, body: { code, message: `no ${anyPhone}`, status: 400 } })

describe('sending an SMS', () => {
  let fake: FakeVendor
  before(async () => {
    fake = await fakeVendor()
  })
  after(() => fake.close())
  beforeEach(() => {
    fake.requests.length = 0
    fake.answer({ twilio: 'accept', fast2sms: 'accept' })
  })
  const start = (env = {}, options = {}) => startMessaging({ ...vendorEnv(fake.baseUrl), ...env }, options)
  const asked = () => fake.requests.map(({ vendor }) => vendor)

  it('goes through the first vendor alone when that takes it', async () => {
    const { send } = await start()
    const result = await send()
    assert.equal(result.outcome, 'accepted')
    assert.equal(result.vendor, 'twilio')
    assert.match(result.vendorReference ?? '', /^SM[0-9a-f]{32}$/)
    assert.deepEqual(result.attempts, [{ vendor: 'twilio', outcome: 'accepted', mayHaveSent: true }])
    assert.deepEqual(asked(), ['twilio'])
  })

  it('keeps to the order that the caller gives, and to configured vendors', async () => {
    const { send } = await start()
    assert.equal((await send({ vendors: ['pigeon', 'console', 'fast2sms', 'twilio'] })).vendor, 'fast2sms')
    assert.deepEqual(asked(), ['fast2sms'])
  })

  it('carries the same code to the next vendor when the first one fails', async () => {
    fake.answer({ twilio: down })
    const { send } = await start()
    const result = await send()
    assert.equal(result.vendor, 'fast2sms')
    assert.deepEqual(result.attempts, [
      { vendor: 'twilio', outcome: 'unavailable', mayHaveSent: true },
      { vendor: 'fast2sms', outcome: 'accepted', mayHaveSent: true },
    ])
    assert.deepEqual(
      fake.requests.map(({ code }) => code),
      ['123456', '123456'],
    )
    assert.deepEqual(new Set(fake.requests.map(({ reference }) => reference)).size, 1)
  })

  it('knows that a clear refusal and a closed port sent nothing', async () => {
    fake.answer({ twilio: refusedBy(20003), fast2sms: { status: 400, body: { return: false, status_code: 416 } } })
    const { send } = await start()
    assert.deepEqual(
      (await send()).attempts.map(({ mayHaveSent }) => mayHaveSent),
      [false, false],
    )
    const closed = await fakeVendor()
    await closed.close()
    const { send: sendToClosed } = await start({ TWILIO_BASE_URL: closed.baseUrl })
    assert.deepEqual((await sendToClosed({ vendors: ['twilio'] })).attempts, [
      { vendor: 'twilio', outcome: 'unavailable', mayHaveSent: false },
    ])
  })

  for (const code of [21211, 21614, 21610, 30450, 60410, 60605]) {
    it(`asks nobody else after Twilio's ${code}`, async () => {
      fake.answer({ twilio: refusedBy(code) })
      const { send } = await start()
      const result = await send()
      assert.deepEqual([result.outcome, result.vendor], ['rejected', 'twilio'])
      assert.deepEqual(asked(), ['twilio'])
    })
  }

  it('sends at most two SMS, with one code, when vendors take messages but never answer', async () => {
    fake.answer({ twilio: 'hang', fast2sms: 'hang' })
    const { send } = await start(
      { SMS_ATTEMPT_TIMEOUT_MS: '150', SMS_PROVIDERS: 'twilio,fast2sms,console' },
      { development: true },
    )
    const startedAt = Date.now()
    const result = await send()
    assert.equal(result.outcome, 'unavailable')
    assert.deepEqual(
      result.attempts.map(({ mayHaveSent }) => mayHaveSent),
      [true, true],
    )
    assert.deepEqual(
      fake.requests.map(({ code }) => code),
      ['123456', '123456'],
    )
    assert.ok(Date.now() - startedAt < 2000)
  })

  it('counts a connection that breaks after sending as possibly sent', async () => {
    fake.answer({ twilio: 'reset', fast2sms: 'html' })
    const { send } = await start()
    assert.deepEqual(
      (await send()).attempts.map(({ mayHaveSent }) => mayHaveSent),
      [true, true],
    )
  })

  it('ends within the time for all vendors together', async () => {
    fake.answer({ twilio: 'hang', fast2sms: 'hang' })
    const { send } = await start({ SMS_TOTAL_TIMEOUT_MS: '200' })
    const startedAt = Date.now()
    const result = await send()
    assert.ok(Date.now() - startedAt < 2000, 'the first attempt alone has 3 s')
    assert.deepEqual(result.attempts, [{ vendor: 'twilio', outcome: 'unavailable', mayHaveSent: true }])
  })

  it('prints the code in development when no vendor is set up, and says so', async () => {
    const { send, printed, messaging } = await startMessaging({}, { development: true })
    assert.deepEqual(messaging.vendors(), [{ id: 'console', pricePaise: 0 }])
    assert.equal((await send()).vendor, 'console')
    assert.deepEqual(printed, ['SMS for +9198•••••210: your code is 123456'])
  })

  it('sends nothing and prints nothing outside development when no vendor is set up', async () => {
    const { send, printed, messaging } = await startMessaging({})
    assert.deepEqual(messaging.vendors(), [])
    assert.deepEqual(await send({ vendors: ['console', 'twilio'] }), { outcome: 'unavailable', attempts: [] })
    assert.deepEqual(printed, [])
  })

  it('never throws, whatever a vendor answers', async () => {
    const bodies = [
      null,
      [],
      'text',
      7,
      {},
      { code: null },
      { code: {} },
      { sid: 7 },
      { return: null, status_code: [] },
    ]
    for (const status of [200, 201, 204, 302, 400, 401, 404, 429, 500]) {
      for (const body of bodies) {
        fake.answer({ twilio: { status, body }, fast2sms: { status, body } })
        const { send } = await start({ SMS_BREAKER_FAILURES: '1000' })
        assert.equal((await send()).outcome, 'unavailable', `${status} ${JSON.stringify(body)}`)
      }
    }
  })

  it('keeps no reference of a vendor that looks like a phone number', async () => {
    fake.answer({ twilio: { status: 201, body: { sid: '9876543210' } } })
    const { send } = await start()
    assert.deepEqual(await send(), {
      outcome: 'accepted',
      vendor: 'twilio',
      attempts: [{ vendor: 'twilio', outcome: 'accepted', mayHaveSent: true }],
    })
  })

  it('raises an alarm for what an operator has to mend, and only for that', async () => {
    const { send, lines, metrics } = await start()
    fake.answer({ twilio: down })
    await send()
    assert.equal(lines.filter((line) => line.includes('"alarm":true')).length, 0)
    fake.answer({ twilio: refusedBy(20003) })
    await send()
    const alarm = JSON.parse(lines.find((line) => line.includes('"alarm":true')) ?? '{}')
    assert.deepEqual(
      [alarm.level, alarm.vendor, alarm.reason, alarm.number],
      ['error', 'twilio', 'twilio 20003', '+9198•••••210'],
    )
    assert.match((await metrics.expose()).text, /sms_alarms_total\{vendor="twilio"\} 1/)
  })

  it('counts attempts by vendor, outcome and template, and times the calls', async () => {
    fake.answer({ twilio: down })
    const { send, metrics } = await start()
    await send()
    const { text } = await metrics.expose()
    assert.match(text, /sms_sends_total\{vendor="twilio",outcome="unavailable",template="signInCode"\} 1/)
    assert.match(text, /sms_sends_total\{vendor="fast2sms",outcome="accepted",template="signInCode"\} 1/)
    assert.match(text, /vendor_request_duration_seconds_count\{vendor="twilio",status="503"\} 1/)
  })

  it('writes no code, no whole number, no key and no text of a vendor to logs and metrics', async () => {
    const { send, lines, metrics } = await start({ SMS_ATTEMPT_TIMEOUT_MS: '100' })
    const leaky = { message: `Secret ${authToken} for 9876543210`, sid: '9876543210', request_id: '919876543210' }
    const plays: Play[] = [refusedBy(21211), refusedBy(20003), { status: 201, body: leaky }, 'hang', 'reset', 'html']
    for (const play of plays) {
      fake.answer({ twilio: play, fast2sms: { status: 200, body: { ...leaky, return: true } } })
      await send()
    }
    const seen = lines.join('') + (await metrics.expose()).text
    assert.ok(seen.includes('+9198•••••210'))
    for (const secret of ['123456', '9876543210', authToken, 'fast2sms-key-4711', 'Secret', '@', 'Blinkit']) {
      assert.ok(!seen.includes(secret), `${secret} in\n${seen.split('\n').find((line) => line.includes(secret))}`)
    }
  })

  it('warns once of a vendor that is half set up, and not of one that nobody wanted', async () => {
    const { lines, messaging } = await startMessaging({ TWILIO_ACCOUNT_SID: `AC${'a'.repeat(32)}` })
    const warnings = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'warn')
    assert.deepEqual(
      warnings.map(({ vendor, missing }) => [vendor, missing]),
      [['twilio', ['TWILIO_AUTH_TOKEN', 'TWILIO_PHONE_NUMBER']]],
    )
    assert.deepEqual(messaging.health(), {
      twilio: { configured: false, circuit: 'closed' },
      fast2sms: { configured: false, circuit: 'closed' },
    })
  })

  it('uses only the vendors that SMS_PROVIDERS names, in its order', async () => {
    const { messaging } = await start({ SMS_PROVIDERS: 'fast2sms , twilio' })
    assert.deepEqual(messaging.vendors(), [
      { id: 'fast2sms', pricePaise: 500 },
      { id: 'twilio', pricePaise: 700 },
    ])
    const alone = await start({ SMS_PROVIDERS: 'fast2sms' })
    assert.deepEqual(
      alone.messaging.vendors().map(({ id }) => id),
      ['fast2sms'],
    )
    assert.equal(alone.messaging.health()['twilio']?.configured, false)
  })
})
