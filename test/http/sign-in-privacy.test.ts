import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { seconds } from '../support/clock.ts'
import { fast2smsReport, twilioReceipt } from '../support/fake-vendor.ts'
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
  describe(`what others can see, ${name} store`, { skip }, () => {
    let service: Service
    beforeEach(async () => {
      service = await aService({ redis })
    })
    afterEach(() => service.end())

    test('tells the source that asked, and the holder of the handle, how the code stands', async () => {
      const { body } = await service.send(phone)
      service.clock.pass(seconds(1) + 1)
      assert.deepEqual((await service.status(phone)).body, { success: true, data: { exists: true, expires_in: 298 } })
      const elsewhere = await service.status(phone, { from: '203.0.113.5', challengeId: body.challengeId })
      assert.deepEqual(elsewhere.body.data, { exists: true, expires_in: 298, delivery: 'queued' })
      const [request] = service.vendor.requests
      assert.ok(request)
      for (const state of ['sent', 'delivered']) {
        await service.app.server.inject(twilioReceipt(request, state, { authToken: twilioAuthToken }))
        assert.equal((await service.status(phone, { challengeId: body.challengeId })).body.data.delivery, state)
      }
      await service.verify(phone, service.codeFor(phone))
      assert.deepEqual((await service.status(phone)).body.data, { exists: false, expires_in: 0 })
    })

    test('23 · gives everybody else the same bytes whether a code lives, ended, is locked or never was', async () => {
      const elsewhere = { from: '203.0.113.5' }
      const seen = new Set<string>()
      const look = async () => {
        const answer = await service.status(phone, elsewhere)
        assert.equal(answer.status, 200)
        seen.add(answer.text)
      }
      await look()
      await service.send(phone)
      await look()
      for (let at = 0; at < 5; at += 1) await service.verify(phone, service.wrongFor(phone))
      await look()
      await service.send(phone)
      service.clock.pass(seconds(300))
      await look()
      assert.deepEqual([...seen], ['{"success":true,"data":{"exists":false,"expires_in":0}}'])
      assert.equal((await service.status(phone, { ...elsewhere, challengeId: 'chl_made_up' })).text, [...seen][0])
    })

    test('limits how often one source may ask for a status', async () => {
      const answers = await inParallel(61, () => service.status(phone))
      assert.deepEqual(statuses(answers), { 200: 60, 429: 1 })
    })

    test('24 · passes on nothing of what a vendor says', async () => {
      const text = `Account AC${'0'.repeat(32)} may not send to +919876543210`
      service.vendor.answer({ twilio: { status: 400, body: { code: 21211, message: text } } })
      const { status, body } = await service.send(phone)
      assert.equal(status, 400)
      assert.deepEqual(
        { ...body, requestId: '' },
        { success: false, code: 'sms.rejected', message: 'This number cannot receive codes', requestId: '' },
      )
      assert.doesNotMatch(service.logged(), /may not send/)
    })

    test('25 · keeps codes, numbers and keys out of logs, metrics and the store', async () => {
      const others = ['9123456780', '9000000001', '9811122233']
      service.vendor.answer({
        twilio: ['accept', { status: 500, body: { message: '+919123456780' } }, 'html', 'accept'],
      })
      for (const number of [phone, ...others]) {
        const { body } = await service.send(number)
        const code = service.codeFor(number)
        await service.verify(number, service.wrongFor(number))
        await service.status(`+91${number}`, { challengeId: body.challengeId })
        await service.verify(number, code)
      }
      await service.call('GET', `/api/unknown/+91${phone}?phone=${phone}`)
      await service.call('POST', `/api/webhooks/fast2sms/${fast2smsSecret}`, { body: { mobile: phone } })
      const [first] = service.vendor.requests
      assert.ok(first)
      await service.app.server.inject(twilioReceipt(first, 'failed', { authToken: twilioAuthToken, errorCode: 30008 }))
      const last = service.vendor.requests.findLast(({ vendor }) => vendor === 'fast2sms')
      if (last) await service.app.server.inject(fast2smsReport(last, 'Failed', { secret: fast2smsSecret }))

      const metrics = await service.call('GET', '/metrics')
      assert.equal(metrics.status, 404)
      const seen = `${service.logged()}\n${await service.dump()}`
      const codes = service.vendor.requests.map(({ code }) => code as string)
      const guesses = [phone, ...others].map((number) => service.wrongFor(number))
      for (const secret of [
        phone,
        ...others,
        ...codes,
        ...guesses,
        twilioAuthToken,
        'test-fast2sms-key',
        fast2smsSecret,
        'test-key-',
      ]) {
        assert.ok(!seen.includes(secret), `found ${secret}`)
      }
      assert.match(service.logged(), /\+9198•••••210/)
    })

    test('26 · keeps nothing from which a code can be found without the key', async () => {
      const { createHash, createHmac } = await import('node:crypto')
      await service.send(phone)
      const dump = redis ? await service.dump() : JSON.stringify(await service.status(phone))
      const parts = dump.match(/[\w-]{16,}/g) ?? []
      const code = service.codeFor(phone)
      const address = `+91${phone}`
      const nonces = parts.filter((part) => part.length === 22)
      for (const text of [
        code,
        `${address}${code}`,
        `${address}\n${code}`,
        ...nonces.map((nonce) => `${nonce}\n${address}`),
      ]) {
        const guesses = [
          createHash('sha256').update(text),
          createHmac('sha256', '').update(text),
          ...nonces.map((nonce) => createHmac('sha256', nonce).update(text)),
        ]
        for (const guess of guesses) {
          const bytes = guess.digest()
          for (const form of [bytes.toString('hex'), bytes.toString('base64url'), bytes.toString('latin1')])
            assert.ok(!dump.includes(form))
        }
      }
      if (redis) assert.ok(nonces.length > 0 && dump.includes('challenge:'))
    })
  })
}

describe('addresses behind proxies', () => {
  const ask = (service: Service, forwarded: string | undefined, from = '10.0.0.7') =>
    service.call('GET', '/api/otp-status/9876543210', {
      from,
      ...(forwarded !== undefined && { headers: { 'x-forwarded-for': forwarded } }),
    })
  const isOneSource = async (service: Service, forwardedAt: (at: number) => string | undefined) => {
    const answers = await Array.fromAsync({ length: 61 }, (_, at) => ask(service, forwardedAt(at)))
    return answers.at(-1)?.status === 429
  }

  test('20 · ignores X-Forwarded-For when no proxy is trusted', async () => {
    const service = await aService()
    assert.equal(await isOneSource(service, (at) => `203.0.113.${at}`), true)
    await service.end()
  })

  test('20 · counts only the hop that the trusted proxy added, never what a caller put before it', async () => {
    const service = await aService({ env: { TRUST_PROXY: '1' } })
    assert.equal(await isOneSource(service, (at) => `1.2.3.${at}, 198.51.100.4`), true)
    assert.equal((await ask(service, '1.2.3.4, 198.51.100.5')).status, 200)
    assert.equal((await ask(service, '::ffff:198.51.100.4')).status, 429)
    await service.end()
  })

  test('20 · keeps its limits when the header is missing or makes no sense', async () => {
    const service = await aService({ env: { TRUST_PROXY: '1' } })
    const forms = [undefined, '', 'unknown', 'a'.repeat(5000), '999.1.1.1', '"; drop']
    assert.equal(await isOneSource(service, (at) => forms[at % forms.length]), true)
    await service.end()
  })

  test('20 · counts an IPv6 address by its /64', async () => {
    const service = await aService({ env: { TRUST_PROXY: '10.0.0.0/8' } })
    assert.equal(await isOneSource(service, (at) => `2001:db8::${at.toString(16)}`), true)
    assert.equal((await ask(service, '2001:db8:0:1::1')).status, 200)
    await service.end()
  })
})

test('guards the metrics by their token, and shows them freely in development only', async () => {
  const closed = await aService({ env: { METRICS_TOKEN: 'a-long-metrics-token' } })
  const open = await aService({ development: true })
  assert.equal((await closed.call('GET', '/metrics')).status, 401)
  assert.equal((await closed.call('GET', '/metrics', { headers: { authorization: 'Bearer wrong' } })).status, 401)
  await closed.send(phone)
  await closed.verify(phone, closed.codeFor(phone))
  const { status, text } = await closed.call('GET', '/metrics', {
    headers: { authorization: 'Bearer a-long-metrics-token' },
  })
  assert.equal(status, 200)
  assert.match(text, /otp_verified_total\{vendor="twilio"\} 1/)
  assert.match(text, /sms_spend_paise_total\{vendor="twilio"\} 700/)
  assert.ok(!text.includes(phone))
  assert.equal((await open.call('GET', '/metrics')).status, 200)
  await Promise.all([closed.end(), open.end()])
})
