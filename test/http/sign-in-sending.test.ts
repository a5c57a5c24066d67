import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { hours, minutes, seconds } from '../support/clock.ts'
import { aService, inParallel, kinds, type Service, statuses } from '../support/service.ts'

const phone = '9876543210'
const other = '9123456780'

for (const { name, redis, skip } of kinds) {
  describe(`sending codes, ${name} store`, { skip }, () => {
    let service: Service
    beforeEach(async () => {
      service = await aService({ redis })
    })
    afterEach(() => service.end())

    const restart = async (env: Record<string, string>) => {
      await service.end()
      service = await aService({ redis, env })
    }
    const sent = () => service.vendor.requests.length

    test('answers as the web shop expects, with the handle and the times added', async () => {
      const { status, body } = await service.send(phone)
      assert.equal(status, 200)
      const { challengeId, sid, ...rest } = body
      assert.match(challengeId, /^chl_[0-9a-z]{26}$/)
      assert.match(sid, /^SM/)
      assert.deepEqual(rest, {
        success: true,
        message: 'SMS sent successfully via Twilio',
        provider: 'twilio',
        expiresIn: 300,
        retryAfter: 30,
      })
      assert.ok(!JSON.stringify(body).includes(service.codeFor(phone)))
    })

    test('sends the same code again, through the other vendor, after a pause that grows', async () => {
      const first = await service.send(phone)
      const code = service.codeFor(phone)
      for (const pause of [30, 60, 120]) {
        service.clock.pass(seconds(pause) - 1)
        const early = await service.send(phone)
        assert.equal(early.status, 200)
        assert.equal(early.body.success, true)
        assert.equal(early.body.retryAfter, 1)
        assert.equal(early.body.challengeId, first.body.challengeId)
        service.clock.pass(1)
        assert.equal((await service.send(phone)).body.challengeId, first.body.challengeId)
        assert.equal(service.codeFor(phone), code)
      }
      assert.deepEqual(
        service.vendor.requests.map(({ vendor }) => vendor),
        ['twilio', 'fast2sms', 'twilio', 'fast2sms'],
      )
    })

    test('lets a code live 300 seconds from the latest send and 600 from the first', async () => {
      await restart({ OTP_SENDS_PER_PHONE_HOUR: '10' })
      await service.send(phone)
      service.clock.pass(seconds(290))
      assert.equal((await service.send(phone)).body.expiresIn, 300)
      service.clock.pass(seconds(200))
      const last = await service.send(phone)
      assert.equal(last.body.expiresIn, 110)
      const code = service.codeFor(phone)
      service.clock.pass(seconds(60))
      await service.send(phone) // less than a minute is left: another challenge opens
      assert.notEqual(service.codeFor(phone), code)
    })

    test('10 · makes one challenge and one code of two sends that overlap at a slow vendor', async () => {
      service.vendor.answer({ twilio: { afterMs: 200 } })
      const [first, second] = await Promise.all([service.send(phone), service.send(phone)])
      assert.deepEqual(statuses([first, second]), { 200: 2 })
      assert.equal(first.body.challengeId, second.body.challengeId)
      assert.equal(sent(), 1)
      assert.equal((await service.verify(phone, service.codeFor(phone))).status, 200)
    })

    test('16 · counts one budget per phone, whatever the sources', async () => {
      const answers = await Array.fromAsync({ length: 50 }, async (_, at) => {
        service.clock.pass(seconds(121))
        return service.send(phone, { from: `10.0.${at}.1` })
      })
      const inFirstHour = answers.slice(0, 29)
      assert.equal(inFirstHour.filter(({ status }) => status === 200).length, 5)
      assert.ok(sent() <= 10)
      assert.equal(answers.at(-1)?.status, 429)
      assert.equal((await service.send(other)).status, 200)
    })

    test('16 · sends at most ten codes a day to a phone', async () => {
      for (let hour = 0; hour < 24; hour += 1) {
        for (let at = 0; at < 6; at += 1) {
          await service.send(phone)
          service.clock.pass(minutes(10))
        }
      }
      assert.equal(sent(), 10)
    })

    test('limits the sends of one source to ten a minute and sixty an hour', async () => {
      const numberAt = (at: number) => `98${String(70_000_000 + at * 1001)}`
      const first = await Array.fromAsync({ length: 12 }, (_, at) => service.send(numberAt(at)))
      assert.deepEqual(statuses(first), { 200: 10, 429: 2 })
      assert.equal(first[11]?.body.retryAfter, 60)
      for (let at = 12; at < 100; at += 1) {
        service.clock.pass(seconds(7))
        await service.send(numberAt(at))
      }
      assert.equal(sent(), 60)
      assert.equal((await service.send(numberAt(200), { from: '10.9.9.9' })).status, 200)
    })

    test('17 · stops numbers in a row by their prefix, and no other prefix', async () => {
      const answers = await Array.fromAsync({ length: 1000 }, (_, at) =>
        service.send(`9876543${String(at).padStart(3, '0')}`, { from: `10.1.${at >> 8}.${at & 255}` }),
      )
      assert.deepEqual(statuses(answers), { 200: 20, 429: 980 })
      assert.equal((await service.send('9876544000', { from: '10.2.0.1' })).status, 200)
    })

    test('17 · keeps a prefix open while a third of its sends are verified', async () => {
      const answers = await Array.fromAsync({ length: 60 }, async (_, at) => {
        const number = `9876543${String(at).padStart(3, '0')}`
        const from = `10.1.0.${at}`
        const answer = await service.send(number, { from })
        if (answer.status === 200 && at % 3 !== 0) await service.verify(number, service.codeFor(number), { from })
        service.clock.pass(seconds(1))
        return answer
      })
      assert.deepEqual(statuses(answers), { 200: 60 })
    })

    test('18 · sends exactly one SMS when fifty requests share the last one', async () => {
      for (let at = 0; at < 4; at += 1) {
        await service.send(phone)
        service.clock.pass(minutes(10))
      }
      assert.equal(sent(), 4)
      const answers = await inParallel(50, (at) => service.send(phone, { from: `10.3.0.${at}` }))
      assert.equal(sent(), 5)
      assert.deepEqual(statuses(answers), { 200: 50 }) // the others are told that a code is on its way
      service.clock.pass(minutes(10))
      assert.equal((await service.send(phone)).status, 429)
    })

    test('18 · gives exactly what a source has left to its requests in parallel', async () => {
      const answers = await inParallel(50, (at) => service.send(`98${String(70_000_000 + at * 1001)}`))
      assert.deepEqual(statuses(answers), { 200: 10, 429: 40 })
      assert.equal(sent(), 10)
    })

    test('19 · stops new numbers at three quarters of the budget, and returning ones at the whole of it', async () => {
      await restart({ SMS_HOURLY_BUDGET: '70', TWILIO_PRICE: '7', OTP_SENDS_PER_SOURCE_MINUTE: '100' })
      await service.send(phone)
      await service.verify(phone, service.codeFor(phone))
      const numberAt = (at: number) => `98${String(70_000_000 + at * 1001)}`
      const fresh = await Array.fromAsync({ length: 10 }, (_, at) => service.send(numberAt(at)))
      assert.deepEqual(statuses(fresh), { 200: 6, 503: 4 })
      assert.equal(fresh[9]?.body.code, 'sms.unavailable')
      assert.match(service.logged(), /"alarm":true.*budget/)

      const returning = await Array.fromAsync({ length: 4 }, async () => {
        const answer = await service.send(phone)
        if (answer.status === 200) await service.verify(phone, service.codeFor(phone))
        return answer
      })
      assert.deepEqual(statuses(returning), { 200: 3, 503: 1 })

      service.clock.pass(hours(1) + minutes(5))
      assert.equal((await service.send(numberAt(20))).status, 200)
    })

    test('32 · sends one SMS for two requests with one Idempotency-Key, also after the pause', async () => {
      const options = { headers: { 'idempotency-key': 'double-tap' } }
      const [first, second] = await Promise.all([service.send(phone, options), service.send(phone, options)])
      service.clock.pass(seconds(31))
      const third = await service.send(phone, options)
      assert.deepEqual(statuses([first, second, third]), { 200: 3 })
      assert.equal(new Set([first, second, third].map(({ body }) => body.challengeId)).size, 1)
      assert.equal(sent(), 1)
      assert.equal((await service.send(phone)).status, 200)
      assert.equal(sent(), 2)
    })

    test('leaves no challenge behind when nobody could send it, and lets the person try again at once', async () => {
      service.vendor.answer({
        twilio: { status: 503, body: {} },
        fast2sms: { status: 400, body: { return: false, status_code: 416 } },
      })
      const failed = await service.send(phone)
      assert.equal(failed.status, 503)
      assert.deepEqual(
        { ...failed.body, requestId: '' },
        {
          success: false,
          code: 'sms.unavailable',
          message: 'The SMS could not be sent. Try again shortly',
          requestId: '',
          retryAfter: 30,
        },
      )
      assert.deepEqual((await service.status(phone)).body.data, { exists: false, expires_in: 0 })
      service.vendor.answer({ twilio: 'accept' })
      assert.equal((await service.send(phone)).status, 200)
      assert.equal((await service.verify(phone, service.codeFor(phone))).status, 200)
    })

    test('keeps the code of the first SMS good when a resend fails', async () => {
      await service.send(phone)
      const code = service.codeFor(phone)
      service.clock.pass(seconds(30))
      service.vendor.answer({
        twilio: { status: 401, body: { code: 20003 } },
        fast2sms: { status: 401, body: { return: false, status_code: 412 } },
      })
      assert.equal((await service.send(phone)).status, 503)
      assert.equal((await service.verify(phone, code)).status, 200)
    })

    test('refuses without a vendor, keeps nothing, and stays healthy', async () => {
      await restart({ TWILIO_AUTH_TOKEN: '', FAST2SMS_API_KEY: '' })
      assert.equal((await service.send(phone)).body.code, 'sms.unavailable')
      assert.equal((await service.status(phone)).body.data.exists, false)
      const health = await service.call('GET', '/api/health')
      assert.equal(health.body.success, true)
      assert.deepEqual(health.body.services.sms, { twilio: false, fast2sms: false })
    })

    test('gives a test number its fixed code, sends nothing, and refuses it after its last day', async () => {
      await restart({ TEST_PHONES: '+919999900001:424242', TEST_PHONES_UNTIL: '2026-01-15' })
      const { body } = await service.send('9999900001')
      assert.equal(body.success, true)
      assert.ok(!JSON.stringify(body).includes('424242'))
      assert.equal(sent(), 0)
      assert.equal((await service.verify('9999900001', '123456')).status, 400)
      assert.equal((await service.verify('9999900001', '424242')).status, 200)
      assert.equal((await service.verify('9999900001', '424242')).status, 400)
      service.clock.pass(hours(12))
      assert.equal((await service.send('9999900001')).body.code, 'otp.phone_invalid')
      assert.equal((await service.verify('9999900001', '424242')).body.code, 'otp.phone_invalid')
    })
  })
}
