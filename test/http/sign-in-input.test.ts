import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { aService, kinds, type Service } from '../support/service.ts'

const phone = '9876543210'
const valid = { body: { phoneNumber: phone } }

for (const { name, redis, skip } of kinds) {
  describe(`codes as people type them, ${name} store`, { skip }, () => {
    let service: Service
    beforeEach(async () => {
      service = await aService({ redis })
      await service.send(phone)
    })
    afterEach(() => service.end())

    const triesAreUntouched = async () =>
      assert.equal((await service.verify(phone, service.wrongFor(phone))).body.triesLeft, 4)
    const refused = async (otp: unknown, message = 'Invalid OTP') => {
      const { status, body } = await service.verify(phone, otp)
      assert.equal(status, 400, JSON.stringify(otp))
      assert.equal(body.message, message, JSON.stringify(otp))
    }

    test('refuses a handle that cannot be one, whatever is in it', async () => {
      await service.send('9876543210')
      const otp = service.codeFor('9876543210')
      for (const challengeId of ['\ud800', 'chl_\u0000', 'é', 'a b', '"]}', 'x'.repeat(65)]) {
        const { status, body } = await service.verify('9876543210', otp, { challengeId })
        assert.deepEqual([status, body.code], [400, 'request.malformed'], JSON.stringify(challengeId))
      }
      assert.equal((await service.verify('9876543210', otp)).status, 200)
    })

    test('11 · refuses digits of other scripts without using a try', async () => {
      const code = service.codeFor(phone)
      const shifted = (zero: number) => [...code].map((digit) => String.fromCodePoint(zero + Number(digit))).join('')
      for (const otp of [shifted(0xff10), shifted(0x0966), shifted(0x0660), '€€€€€€']) await refused(otp)
      await triesAreUntouched()
    })

    test('12 · refuses what is no code without using a try', async () => {
      const code = service.codeFor(phone)
      const forms = [
        [code],
        { otp: code },
        true,
        1.5,
        -1,
        1_000_000,
        `${code.slice(0, 3)}-${code.slice(3)}`,
        `${code}\u200b`,
      ]
      for (const otp of [...forms, '12345', '1234567', 'abcdef', ' ', `${code.slice(0, 3)} ${code.slice(3)}`])
        await refused(otp)
      for (const otp of [null, '', false, 0, undefined]) await refused(otp, 'Phone number and OTP are required')
      await triesAreUntouched()
    })

    test('12 · takes a code with white space around it', async () => {
      assert.equal((await service.verify(phone, ` \t${service.codeFor(phone)}\n`)).status, 200)
    })

    test('12 · takes a code as a JSON number, filled up with zeros', async () => {
      assert.equal((await service.verify(phone, Number(service.codeFor(phone)))).status, 200)
    })

    test('13 · takes every notation of a number for one person, with one budget', async () => {
      for (const notation of [
        '+91 98765 43210',
        '09876543210',
        '919876543210',
        '9876543210',
        '0091 9876543210',
        '(098765) 43-210',
        '98.765.43.210',
      ]) {
        const answer = await service.send(notation)
        assert.equal(answer.status, 200, notation)
        assert.ok(answer.body.retryAfter > 0, notation)
        assert.equal((await service.status(notation)).body.data.exists, true, notation)
      }
      assert.equal(service.vendor.requests.length, 1)
      assert.equal((await service.verify('+919876543210', service.codeFor(phone))).status, 200)
    })
  })
}

describe('what comes over the wire', () => {
  let service: Service
  before(async () => {
    service = await aService({ env: { OTP_SENDS_PER_SOURCE_MINUTE: '1000', OTP_SENDS_PER_SOURCE_HOUR: '1000' } })
  })
  after(() => service.end())

  test('13 · reads ten digits that begin with 91 as a mobile, not as a country code', async () => {
    await service.send('9198765432')
    assert.equal(service.vendor.requests.at(-1)?.to, '+919198765432')
  })

  test('14, 15 · refuses what is not one mobile number of an allowed country before any vendor is asked', async () => {
    const before = service.vendor.requests.length
    const refused = [
      '+919876543210;ext=5',
      '9876543210,9123456789',
      '9876543210\n9123456789',
      '9876543210\u0000',
      '9876543210%00',
      'tel:+919876543210',
      '08023456789',
      '1800123456',
      '1600123456',
      '5876543210',
      '0876543210',
      '12345',
      '987654321',
      '98765432100',
      '+14155550123',
      '+447911123456',
      '९८७६५४३२१०',
      'abcdefghij',
      '   ',
      '../etc',
      '9'.repeat(90),
      '+9198765432',
      '00919876543',
      '+91+919876543210',
      '91919876543210',
    ]
    for (const number of refused) {
      const { status, body } = await service.send(number)
      assert.equal(status, 400, number)
      assert.equal(body.code, 'otp.phone_invalid', number)
      assert.equal((await service.verify(number, '123456')).status, 400, number)
      assert.deepEqual(
        (await service.status(number)).body,
        { success: true, data: { exists: false, expires_in: 0 } },
        number,
      )
    }
    for (const number of [9876543210, true, ['9876543210'], { n: 1 }])
      assert.equal((await service.send(number)).body.code, 'otp.phone_invalid')
    assert.equal(service.vendor.requests.length, before)
  })

  test('says that the number is required when it is missing, empty or nothing', async () => {
    for (const body of [
      {},
      { phoneNumber: null },
      { phoneNumber: '' },
      { phoneNumber: 0 },
      { phoneNumber: false },
      { phone: phone },
    ]) {
      const answer = await service.call('POST', '/api/send-otp', { body })
      assert.deepEqual(
        [answer.status, answer.body.success, answer.body.message],
        [400, false, 'Phone number is required'],
      )
      const verified = await service.call('POST', '/api/verify-otp', { body: { otp: '123456', ...body } })
      assert.deepEqual([verified.status, verified.body.message], [400, 'Phone number and OTP are required'])
    }
  })

  test("34 · answers every malformed request in JSON, without a parser's words or a stack", async () => {
    const json = { 'content-type': 'application/json' }
    const nested = `${'['.repeat(30_000)}${']'.repeat(30_000)}`
    const cases: [
      number,
      Parameters<Service['call']>[0],
      string,
      { body?: unknown; headers?: Record<string, string> },
    ][] = [
      [400, 'POST', '/api/send-otp', {}],
      [400, 'POST', '/api/send-otp', { headers: json, body: '' }],
      [400, 'POST', '/api/send-otp', { body: '{"phoneNumber":' }],
      [400, 'POST', '/api/send-otp', { body: 'null' }],
      [400, 'POST', '/api/send-otp', { body: '[]' }],
      [400, 'POST', '/api/send-otp', { body: '"text"' }],
      [400, 'POST', '/api/send-otp', { body: '{"__proto__":{"x":1},"phoneNumber":"9876543210"}' }],
      [400, 'POST', '/api/verify-otp', { body: nested }],
      [415, 'POST', '/api/send-otp', { headers: { 'content-type': 'text/plain' }, body: '{}' }],
      [
        415,
        'POST',
        '/api/send-otp',
        { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'phoneNumber=9876543210' },
      ],
      [413, 'POST', '/api/send-otp', { body: JSON.stringify({ phoneNumber: '9'.repeat(1024 * 1024) }) }],
      [404, 'GET', '/api/nothing', {}],
      [404, 'GET', '/', {}],
      [404, 'GET', '/api/otp-status', {}],
      [404, 'GET', '/api/otp-status/9876543210/more', {}],
      [404, 'POST', '/api/nothing-here', valid],
      [405, 'GET', '/api/send-otp', {}],
      [405, 'PUT', '/api/verify-otp', valid],
      [405, 'POST', '/api/health', valid],
    ]
    for (const [status, method, url, options] of cases) {
      const answer = await service.call(method, url, options)
      assert.equal(answer.status, status, `${method} ${url} ${answer.text}`)
      assert.equal(answer.body.success, false)
      assert.ok(answer.body.message.length > 0)
      assert.doesNotMatch(answer.text, /\bat \/|node_modules|Unexpected|SyntaxError|FST_/)
      if (status === 405) assert.match(String(answer.headers['allow']), url === '/api/health' ? /GET, HEAD/ : /^POST$/)
    }
    const { code, message, error } = (await service.call('GET', '/api/nothing')).body
    assert.deepEqual(
      { code, message, error },
      { code: 'request.not_found', message: 'Endpoint not found', error: 'Not Found' },
    )
  })

  test('35 · lets the allowed origin in, also on errors, and no other', async () => {
    await service.end()
    service = await aService({ env: { CORS_ORIGINS: 'https://shop.example' } })
    const asks = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' }
    const preflight = (origin: string) => service.call('OPTIONS', '/api/send-otp', { headers: { origin, ...asks } })

    const allowed = await preflight('https://shop.example')
    assert.ok(allowed.status < 300)
    assert.equal(allowed.headers['access-control-allow-origin'], 'https://shop.example')
    assert.match(String(allowed.headers['access-control-allow-methods']), /POST/)
    assert.match(String(allowed.headers['access-control-allow-headers']), /content-type/i)

    const unknown = await preflight('https://evil.example')
    assert.equal(unknown.headers['access-control-allow-origin'], undefined)

    for (const [method, url, body] of [
      ['POST', '/api/send-otp', '{'],
      ['GET', '/api/nothing'],
      ['GET', '/api/send-otp'],
      ['GET', '/api/health'],
    ] as const) {
      const answer = await service.call(method, url, {
        headers: { origin: 'https://shop.example' },
        ...(body && { body }),
      })
      assert.equal(answer.headers['access-control-allow-origin'], 'https://shop.example', url)
      assert.match(String(answer.headers['vary']), /Origin/)
    }
  })

  test('describes itself at /api and in health, as the contract has it', async () => {
    const { body } = await service.call('GET', '/api')
    assert.equal(body.message, 'Blinkit Backend API')
    assert.deepEqual(body.endpoints.auth, {
      send_otp: '/api/send-otp',
      verify_otp: '/api/verify-otp',
      otp_status: '/api/otp-status/<phone_number>',
    })
    assert.equal(body.endpoints.health, '/api/health')
    const health = await service.call('GET', '/api/health')
    assert.equal(health.status, 200)
    assert.equal(health.body.success, true)
    assert.deepEqual(health.body.services, {
      sms: { twilio: true, fast2sms: true },
      email: { smtp: false, sendgrid: false },
      database: true,
      payments: false,
    })
    assert.ok(!Number.isNaN(Date.parse(health.body.timestamp)))
  })
})
