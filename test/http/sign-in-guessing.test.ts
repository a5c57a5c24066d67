import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { Answer } from '../support/ask-patiently.ts'
import { hours, minutes, seconds } from '../support/clock.ts'
import { ownPrefix } from '../support/redis.ts'
import { aService, inParallel, kinds, type Service, statuses } from '../support/service.ts'

const phone = '9876543210'
const other = '9123456780'
const codesOf = (answers: Answer[]) => answers.map(({ body }) => body.code)

for (const { name, redis, skip } of kinds) {
  describe(`guessing codes, ${name} store`, { skip }, () => {
    let service: Service
    beforeEach(async () => {
      service = await aService({ redis })
    })
    afterEach(() => service.end())

    const guessWrong = (count: number, options = {}) =>
      Array.fromAsync({ length: count }, () => service.verify(phone, service.wrongFor(phone), options))

    test('1 · adds wrong codes up per phone over all challenges, and then refuses even the right one', async () => {
      await service.send(phone)
      assert.deepEqual(codesOf(await guessWrong(6)), [...Array(4).fill('otp.wrong_code'), 'otp.locked', 'otp.locked'])
      assert.equal((await service.send(phone)).status, 429) // the pause between sends holds
      service.clock.pass(seconds(30))
      assert.equal((await service.send(phone)).status, 200)
      assert.deepEqual(codesOf(await guessWrong(2)), ['otp.wrong_code', 'otp.wrong_code'])

      const right = await service.verify(phone, service.codeFor(phone))
      assert.equal(right.status, 429)
      assert.equal(right.body.code, 'otp.too_many_requests')
      assert.equal(right.headers['retry-after'], String(right.body.retryAfter))

      service.clock.pass(hours(1))
      await service.send(phone)
      assert.equal((await service.verify(phone, service.codeFor(phone))).status, 200)
    })

    test('1 · compares no more than ten codes for a phone in any hour and twenty in any day, from however many sources', async () => {
      let compared = 0
      for (let hour = 0; hour < 24; hour += 1) {
        const before = compared
        for (let at = 0; at < 6; at += 1) {
          const from = `203.0.113.${at}`
          await service.send(phone, { from })
          const seen = service.vendor.requests.length > 0 ? codesOf(await guessWrong(8, { from })) : []
          const wrong = seen.filter((code) => code === 'otp.wrong_code').length
          compared += wrong === 4 ? 5 : wrong // the fifth answers that it is locked
          service.clock.pass(minutes(10))
        }
        assert.ok(compared - before <= 10, `${compared - before} in hour ${hour}`)
      }
      assert.ok(compared > 10 && compared <= 20, `${compared} in a day`)
    })

    test('2 · stops one source that tries one code on each of many phones', async () => {
      const numbers = Array.from({ length: 31 }, (_, at) => `98${String(10_000_000 + at * 1001)}`)
      const answers = await Array.fromAsync(numbers, (number) =>
        service.verify(number, '123456', { from: '203.0.113.9' }),
      )
      assert.deepEqual(statuses(answers), { 400: 30, 429: 1 })
      assert.equal((await service.verify(phone, '123456', { from: '203.0.113.10' })).status, 400)
    })

    test('2 · counts a whole IPv6 /64 as one source', async () => {
      const answers = await Array.fromAsync({ length: 31 }, (_, at) =>
        service.verify(phone, '123456', { from: `2001:db8:1:2::${(at + 1).toString(16)}` }),
      )
      assert.deepEqual(statuses(answers), { 400: 30, 429: 1 })
      assert.equal((await service.verify(phone, '123456', { from: '2001:db8:1:3::1' })).status, 400)
    })

    test('3 · compares exactly five of 200 wrong codes that come at once', async () => {
      await service.send(phone)
      const wrong = service.wrongFor(phone)
      const answers = await inParallel(200, () => service.verify(phone, wrong))
      const triesLeft = answers.filter(({ body }) => body.code === 'otp.wrong_code').map(({ body }) => body.triesLeft)
      assert.deepEqual(triesLeft, [4, 3, 2, 1])
      assert.equal((await service.verify(phone, service.codeFor(phone))).body.success, false)
    })

    test('4 · lets exactly one of 100 right codes in that come at once', async () => {
      await service.send(phone)
      const code = service.codeFor(phone)
      const answers = await inParallel(100, () => service.verify(phone, code))
      assert.equal(answers.filter(({ body }) => body.success).length, 1)
    })

    test('5 · refuses a code the second time', async () => {
      await service.send(phone)
      const code = service.codeFor(phone)
      const { success, message } = (await service.verify(phone, code)).body
      assert.deepEqual({ success, message }, { success: true, message: 'OTP verified successfully' })
      const again = await service.verify(phone, code)
      assert.equal(again.status, 400)
      assert.equal(again.body.message, 'OTP not found or expired')
    })

    test('5 · repeats the success for the same Idempotency-Key, for 30 seconds', async () => {
      await service.send(phone)
      const options = { headers: { 'idempotency-key': 'one-request' } }
      const code = service.codeFor(phone)
      assert.equal((await service.verify(phone, code, options)).status, 200)
      service.clock.pass(seconds(29))
      assert.equal((await service.verify(phone, code, options)).status, 200)
      assert.equal((await service.verify(phone, service.wrongFor(phone), options)).status, 400)
      assert.equal((await service.verify(phone, code, { headers: { 'idempotency-key': 'another' } })).status, 400)
      service.clock.pass(seconds(1))
      assert.equal((await service.verify(phone, code, options)).status, 400)
    })

    test("6 · refuses the challenge of one phone with another's number, and counts it", async () => {
      const { body } = await service.send(phone)
      await service.send(other)
      const mixed = () => service.verify(other, service.codeFor(other), { challengeId: body.challengeId })
      const answers = await Array.fromAsync({ length: 31 }, mixed)
      assert.equal(answers[0]?.body.code, 'otp.not_found')
      assert.deepEqual(statuses(answers), { 400: 30, 429: 1 })
      assert.equal((await service.verify(other, service.codeFor(other), { from: '10.0.0.2' })).status, 200)
    })

    test('7 · keeps the newest state when a wrong guess and a resend meet', async () => {
      await service.send(phone)
      service.clock.pass(seconds(30))
      const wrong = service.wrongFor(phone)
      const [, resent] = await Promise.all([
        service.verify(phone, wrong),
        service.send(phone),
        service.verify(phone, wrong),
      ])
      assert.equal(resent.body.expiresIn, 300)
      const third = await service.verify(phone, wrong)
      assert.equal(third.body.triesLeft, 2)
      assert.equal((await service.verify(phone, service.codeFor(phone))).status, 200)
      assert.equal((await service.verify(phone, service.codeFor(phone))).status, 400)
    })

    test("8 · leaves the victim's own challenge working when a stranger guesses", async () => {
      await service.send(phone)
      const answers = await inParallel(20, () =>
        service.verify(phone, service.wrongFor(phone), { from: '203.0.113.66' }),
      )
      assert.deepEqual([...new Set(codesOf(answers))], ['otp.not_found'])
      assert.equal((await service.verify(phone, service.wrongFor(phone))).body.triesLeft, 4)
      assert.equal((await service.verify(phone, service.codeFor(phone))).status, 200)
    })

    test('8 · leaves it working for an hour of a stranger, who asks for codes himself and guesses all he may', async () => {
      const stranger = { from: '203.0.113.66' }
      for (let round = 0; round < 5; round += 1) {
        const { body } = await service.send(phone)
        const theirs = await service.send(phone, stranger)
        assert.notEqual(theirs.body.challengeId, body.challengeId)
        await guessWrong(6, { ...stranger, challengeId: theirs.body.challengeId })
        await guessWrong(6, stranger)
        const own = await service.verify(phone, service.codeFor(phone), { challengeId: body.challengeId })
        assert.equal(own.status, 200, `round ${round}: ${own.text}`)
        service.clock.pass(minutes(13))
      }
    })

    test('8 · leaves tries to whoever asks second, when a stranger opened the challenge and used up his own', async () => {
      const stranger = { from: '203.0.113.66' }
      await service.send(phone, stranger)
      await guessWrong(6, stranger)
      assert.equal((await service.send(phone, stranger)).status, 429)
      service.clock.pass(seconds(30))
      await service.send(phone, stranger)
      await guessWrong(6, stranger)

      const { body } = await service.send(phone)
      assert.equal(
        (await service.verify(phone, service.wrongFor(phone), { challengeId: body.challengeId })).body.triesLeft,
        4,
      )
      assert.equal((await service.verify(phone, service.codeFor(phone), { challengeId: body.challengeId })).status, 200)
    })

    test('8 · keeps the handle of the one when the other has to be sent a new code', async () => {
      const first = await service.send(phone)
      const second = await service.send(phone, { from: '203.0.113.66' })
      await guessWrong(5)
      service.clock.pass(seconds(30))
      const reopened = await service.send(phone)
      assert.notEqual(reopened.body.challengeId, first.body.challengeId)
      const answer = await service.verify(phone, service.codeFor(phone), {
        from: '198.51.100.1',
        challengeId: second.body.challengeId,
      })
      assert.equal(answer.status, 200)
    })

    test('8 · gives a stranger one answer whatever the state of the code', async () => {
      const stranger = { from: '203.0.113.66' }
      const without = ({ body: { requestId: _, ...rest } }: Answer) => rest
      const none = without(await service.verify(phone, '123456', stranger))
      await service.send(phone)
      assert.deepEqual(without(await service.verify(phone, service.wrongFor(phone), stranger)), none)
      await service.verify(phone, service.codeFor(phone))
      assert.deepEqual(without(await service.verify(phone, service.codeFor(phone), stranger)), none)
      await service.send(phone)
      await guessWrong(5)
      assert.deepEqual(without(await service.verify(phone, service.codeFor(phone), stranger)), none)
      assert.deepEqual(none, { success: false, code: 'otp.not_found', message: 'OTP not found or expired' })
    })

    test('9 · takes a code until the last millisecond before its end, and not from the end on', async () => {
      const attemptAt = async (ms: number): Promise<number> => {
        await service.send(phone)
        const code = service.codeFor(phone)
        service.clock.pass(ms)
        const { status } = await service.verify(phone, code)
        service.clock.pass(minutes(30))
        return status
      }
      assert.equal(await attemptAt(seconds(300) - 1), 200)
      assert.equal(await attemptAt(seconds(300)), 400)
      assert.equal(await attemptAt(seconds(300) + 1), 400)
    })

    test('still verifies a code that was sent under the key before the last rotation', async () => {
      if (!redis) return // a memory store does not outlive the process that rotates
      const keyPrefix = ownPrefix()
      await service.end()
      service = await aService({ redis, env: { REDIS_PREFIX: keyPrefix } })
      await service.send(phone)
      const code = service.codeFor(phone)
      const rotated = await aService({
        redis,
        env: { REDIS_PREFIX: keyPrefix, SECRET_KEY: 'new-key-'.repeat(5), SECRET_KEY_PREVIOUS: 'test-key-'.repeat(5) },
      })
      rotated.clock.set(service.clock.now())
      assert.equal((await rotated.verify(phone, code)).status, 200)
      assert.equal((await rotated.verify(phone, code)).status, 400)
      await rotated.end()
    })
  })
}
