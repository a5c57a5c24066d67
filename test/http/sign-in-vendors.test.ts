import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { seconds } from '../support/clock.ts'
import { fast2smsReport, twilioReceipt, type VendorRequest } from '../support/fake-vendor.ts'
import {
  aService,
  fast2smsSecret,
  inParallel,
  kinds,
  type Service,
  statuses,
  twilioAuthToken,
} from '../support/service.ts'

const phone = '9876543210'

for (const { name, redis, skip } of kinds) {
  describe(`vendors and their receipts, ${name} store`, { skip }, () => {
    let service: Service
    beforeEach(async () => {
      service = await aService({ redis, env: { SMS_ATTEMPT_TIMEOUT_MS: '1000' } })
    })
    afterEach(() => service.end())

    const sentBy = () => service.vendor.requests.map(({ vendor }) => vendor)
    const requestAt = (at: number) => service.vendor.requests[at] as VendorRequest
    /** Until what follows from the receipt has happened. */
    const say = async (receipt: ReturnType<typeof twilioReceipt | typeof fast2smsReport>) => {
      const answer = await service.app.server.inject(receipt)
      await service.jobsAreDone()
      return answer
    }
    const twilioSays = (at: number, state: string, errorCode?: number) =>
      say(
        twilioReceipt(requestAt(at), state, {
          authToken: twilioAuthToken,
          ...(errorCode !== undefined && { errorCode }),
        }),
      )
    const fast2smsSays = (at: number, state: string) =>
      say(fast2smsReport(requestAt(at), state, { secret: fast2smsSecret }))

    test('fails over to Fast2SMS with the same code', async () => {
      service.vendor.answer({ twilio: { status: 500, body: {} } })
      const { status, body } = await service.send(phone)
      assert.equal(status, 200)
      assert.equal(body.provider, 'fast2sms')
      assert.equal(body.message, 'SMS sent successfully via Fast2SMS')
      assert.deepEqual(sentBy(), ['twilio', 'fast2sms'])
      assert.equal(requestAt(0).code, requestAt(1).code)
      assert.equal((await service.verify(phone, service.codeFor(phone))).status, 200)
    })

    test('28 · sends the same code once through the other vendor when a receipt says undelivered', async () => {
      await service.send(phone)
      const code = service.codeFor(phone)
      assert.equal((await twilioSays(0, 'undelivered', 30003)).statusCode, 204)
      assert.deepEqual(sentBy(), ['twilio', 'fast2sms'])
      assert.equal(service.codeFor(phone), code)

      await inParallel(20, () => twilioSays(0, 'undelivered', 30003)) // replayed
      await twilioSays(0, 'failed', 30008)
      await fast2smsSays(1, 'Failed')
      assert.equal(sentBy().length, 2)
      assert.equal((await service.verify(phone, code)).status, 200)
    })

    test('28 · keeps no number, code or key of a receipt that waits where it can be read', async () => {
      await service.send(phone)
      await twilioSays(0, 'undelivered', 30003)
      const { rows } = await service.database.executeSql(
        `select data from pgboss.job where name = 'sign-in/resend-undelivered'`,
      )
      assert.ok(rows.length > 0)
      const text = JSON.stringify(rows)
      for (const secret of [phone, service.codeFor(phone), 'msg_']) assert.ok(!text.includes(secret), secret)
    })

    test('28 · buys one SMS when the same receipt comes twenty times at once', async () => {
      await service.send(phone)
      await inParallel(20, () => twilioSays(0, 'failed', 30008))
      assert.deepEqual(sentBy(), ['twilio', 'fast2sms'])
    })

    test('28 · buys no SMS for a receipt that is forged, unknown, late, or not worth it', async () => {
      await service.send(phone)
      const forged = twilioReceipt(requestAt(0), 'failed', { authToken: 'b'.repeat(32), errorCode: 30003 })
      assert.equal((await service.app.server.inject(forged)).statusCode, 403)
      const wrongSecret = await service.app.server.inject(
        fast2smsReport(requestAt(0), 'Failed', { secret: 'x'.repeat(32) }),
      )
      assert.equal(wrongSecret.statusCode, 403)

      const stranger = {
        ...requestAt(0),
        fields: {
          ...requestAt(0).fields,
          StatusCallback: 'https://api.shop.example/api/webhooks/twilio/status?reference=msg_unknown',
        },
      }
      assert.equal(
        (await say(twilioReceipt(stranger, 'failed', { authToken: twilioAuthToken, errorCode: 30003 }))).statusCode,
        204,
      )

      await twilioSays(0, 'failed', 30005) // the number does not exist: nobody can reach it
      assert.equal(sentBy().length, 1)

      service.clock.pass(seconds(301))
      await service.send(phone)
      await twilioSays(1, 'delivered')
      await twilioSays(1, 'failed', 30003) // delivered is final
      service.clock.pass(seconds(301))
      await service.send(phone)
      await service.verify(phone, service.codeFor(phone))
      await twilioSays(2, 'failed', 30003) // verified already
      service.clock.pass(seconds(301))
      await service.send(phone)
      service.clock.pass(seconds(300))
      await twilioSays(3, 'failed', 30003) // ended
      assert.deepEqual(sentBy(), ['twilio', 'twilio', 'twilio', 'twilio'])
    })

    test('28 · ignores the failure of a message that was already sent again', async () => {
      await service.send(phone)
      service.clock.pass(seconds(30))
      await service.send(phone)
      await twilioSays(0, 'failed', 30003)
      assert.deepEqual(sentBy(), ['twilio', 'fast2sms'])
    })

    test('29 · sends at most one more SMS, with the same code, when a vendor does not answer', async () => {
      service.vendor.answer({ twilio: 'hang' })
      const { body } = await service.send(phone)
      assert.equal(body.provider, 'fast2sms')
      assert.deepEqual(sentBy(), ['twilio', 'fast2sms'])
      assert.equal(requestAt(0).code, requestAt(1).code)
      await fast2smsSays(1, 'Failed')
      await twilioSays(0, 'failed', 30003)
      assert.equal(sentBy().length, 2)
    })

    test('29 · answers in bounded time and keeps no challenge when no vendor answers', async () => {
      service.vendor.answer({ twilio: 'hang', fast2sms: 'hang' })
      const { status, body } = await service.send(phone)
      assert.deepEqual([status, body.code], [503, 'sms.unavailable'])
      assert.equal((await service.status(phone)).body.data.exists, false)
      service.vendor.answer({ twilio: 'accept', fast2sms: 'accept' })
      for (let at = 0; at < 4; at += 1) {
        await service.send(phone)
        service.clock.pass(seconds(121))
      }
      assert.equal((await service.send(phone)).status, 429) // what may have been sent counts
    })

    test('30 · does not fail over for a bad number, an opt-out or a fraud block, and counts the send', async () => {
      for (const code of [21614, 21610, 30450, 60410]) {
        service.vendor.answer({ twilio: { status: 400, body: { code } } })
        assert.equal((await service.send(phone)).body.code, 'sms.rejected')
      }
      assert.deepEqual(sentBy(), ['twilio', 'twilio', 'twilio', 'twilio'])
      service.vendor.answer({ twilio: 'accept' })
      assert.equal((await service.send(phone)).status, 200)
      await service.verify(phone, service.codeFor(phone))
      assert.equal((await service.send(phone)).status, 429)
    })

    test('31 · leaves a failing vendor alone, and probes it with one message at a time', async () => {
      await service.end()
      service = await aService({
        redis,
        env: { SMS_BREAKER_OPEN_SECONDS: '1', OTP_SENDS_PER_SOURCE_MINUTE: '100', OTP_SENDS_PER_SOURCE_HOUR: '500' },
      })
      const numberAt = (at: number) => `98${String(70_000_000 + at * 1001)}`
      const circuit = async () => (await service.call('GET', '/api/health')).body.details.circuits.twilio
      service.vendor.answer({ twilio: { status: 503, body: {} } })
      for (let at = 0; at < 10; at += 1) assert.equal((await service.send(numberAt(at))).body.provider, 'fast2sms')
      assert.equal(sentBy().filter((vendor) => vendor === 'twilio').length, 5)
      assert.equal(await circuit(), 'open')
      assert.equal((await service.call('GET', '/api/health')).body.services.sms.twilio, true)

      await new Promise((resolve) => setTimeout(resolve, 1100))
      service.vendor.answer({ twilio: { afterMs: 200 } })
      const before = sentBy().length
      const answers = await inParallel(20, (at) => service.send(numberAt(20 + at)))
      assert.deepEqual(statuses(answers), { 200: 20 })
      assert.equal(
        sentBy()
          .slice(before)
          .filter((vendor) => vendor === 'twilio').length,
        1,
      )
      assert.equal(await circuit(), 'closed')
      assert.equal((await service.send(numberAt(60))).body.provider, 'twilio')
    })
  })
}
