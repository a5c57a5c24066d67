import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { type FakeVendor, fakeVendor } from '../../../../../test/support/fake-vendor.ts'
import { startMessaging, vendorEnv } from '../../../../../test/support/start-messaging.ts'
import type { Phone } from '../../../../platform/phone.ts'

const text = 'Your Blinkit verification code is: 123456. Valid for 5 minutes. Do not share this code with anyone.'
const always = { numbers: '9876543210', flash: '0', udf1: 'msg_01h455vb4pex5vsknk084sn02q' }

describe('Fast2SMS', () => {
  let fake: FakeVendor
  before(async () => {
    fake = await fakeVendor()
  })
  after(() => fake.close())
  beforeEach(() => {
    fake.requests.length = 0
    fake.answer({ fast2sms: 'accept' })
  })

  const sent = async (env = {}, request = {}) => {
    const { send } = await startMessaging({ ...vendorEnv(fake.baseUrl), ...env })
    const result = await send({ vendors: ['fast2sms'], ...request })
    return { result, request: fake.requests.at(-1) }
  }

  it('gets the key in a header of a POST, never in the address', async () => {
    const { request } = await sent()
    assert.equal(request?.path, '/dev/bulkV2')
    assert.equal(request?.headers.authorization, 'fast2sms-key-4711')
    assert.equal(request?.headers['content-type'], 'application/json')
  })

  it('takes the key under its older name too', async () => {
    const { request } = await sent({ FAST2SMS_API_KEY: '', REACT_APP_FAST2SMS_API_KEY: 'older' })
    assert.equal(request?.headers.authorization, 'older')
  })

  it('gets any text on the route q', async () => {
    assert.deepEqual((await sent()).request?.fields, { route: 'q', message: text, language: 'english', ...always })
  })

  it('gets the code alone on the route otp', async () => {
    const { request } = await sent({ FAST2SMS_ROUTE: 'otp' })
    assert.deepEqual(request?.fields, { route: 'otp', variables_values: '123456', ...always })
  })

  it('gets Message ID and values on the route dlt, the code twice with the line for the web', async () => {
    const env = { FAST2SMS_ROUTE: 'dlt', FAST2SMS_SENDER_ID: 'BLNKIT', FAST2SMS_MESSAGE_ID_EN: '111111' }
    const dlt = { route: 'dlt', sender_id: 'BLNKIT', message: '111111', ...always }
    assert.deepEqual((await sent(env)).request?.fields, { ...dlt, variables_values: '123456' })
    const web = await sent({ ...env, WEB_OTP_HOST: 'shop.example' })
    assert.deepEqual(web.request?.fields, { ...dlt, variables_values: '123456|123456' })
  })

  it("takes the other language's Message ID when one has none, and sends nothing when there is none at all", async () => {
    const env = { FAST2SMS_ROUTE: 'dlt', FAST2SMS_SENDER_ID: 'BLNKIT', FAST2SMS_MESSAGE_ID_EN: '111111' }
    assert.equal((await sent(env, { locale: 'hi' })).request?.fields['message'], '111111')
    assert.equal(
      (await sent({ ...env, FAST2SMS_MESSAGE_ID_HI: '222222' }, { locale: 'hi' })).request?.fields['message'],
      '222222',
    )
    fake.requests.length = 0
    const { result } = await sent({ ...env, ANDROID_APP_HASH: 'FA+9qCX9VSu' }, { client: 'android' })
    assert.deepEqual(result.attempts, [{ vendor: 'fast2sms', outcome: 'unavailable', mayHaveSent: false }])
    assert.equal(fake.requests.length, 0)
  })

  it('gets the whole text with its ids on the route dlt_manual', async () => {
    const env = {
      FAST2SMS_ROUTE: 'dlt_manual',
      FAST2SMS_SENDER_ID: 'BLNKIT',
      DLT_ENTITY_ID: '1101',
      DLT_TEMPLATE_ID_EN: '1107',
    }
    const { request } = await sent(env)
    const ids = { sender_id: 'BLNKIT', template_id: '1107', entity_id: '1101' }
    assert.deepEqual(request?.fields, { route: 'dlt_manual', message: text, ...ids, ...always })
  })

  it('gets one Indian mobile of ten digits, or nothing', async () => {
    for (const to of ['+15005550006', '+911123456789', '+9198765432101', '+919876543210,9123456789']) {
      const { result } = await sent({}, { to: to as Phone })
      assert.deepEqual(result.attempts, [{ vendor: 'fast2sms', outcome: 'unavailable', mayHaveSent: false }])
    }
    assert.equal(fake.requests.length, 0)
  })

  const refused = (status_code?: unknown, message: unknown = 'Why') => ({ return: false, status_code, message })
  const alarms = [401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 412, 413, 414, 415, 416, 417]
  const moreAlarms = [424, 425, 426, 500, 990, 996, 997, 998, 999]
  const answers: [status: number, body: unknown, outcome: string, mayHaveSent: boolean, alarm: boolean][] = [
    [400, refused(411), 'rejected', false, false],
    [400, refused(995), 'rejected', false, false],
    [400, refused('995', ['Spamming']), 'rejected', false, false],
    ...[...alarms, ...moreAlarms].map(
      (code) => [400, refused(code), 'unavailable', false, true] as [number, unknown, string, boolean, boolean],
    ),
    [401, refused(), 'unavailable', false, true],
    [400, refused(), 'unavailable', false, false],
    [200, refused(), 'unavailable', false, false],
    [429, {}, 'unavailable', false, false],
    [500, {}, 'unavailable', true, false],
    [200, {}, 'unavailable', true, false],
    [200, { return: true, request_id: null }, 'unavailable', true, false],
  ]
  for (const [status, body, outcome, mayHaveSent, alarm] of answers) {
    it(`answering ${status} ${JSON.stringify(body)} is ${outcome}${alarm ? ', with an alarm' : ''}`, async () => {
      fake.answer({ fast2sms: { status, body } })
      const { send, lines } = await startMessaging(vendorEnv(fake.baseUrl))
      const { attempts } = await send({ vendors: ['fast2sms'] })
      assert.deepEqual(attempts, [{ vendor: 'fast2sms', outcome, mayHaveSent }])
      assert.equal(
        lines.some((line) => line.includes('"alarm":true')),
        alarm,
      )
    })
  }

  it('needs a header for registered routes, and a Message ID for dlt', async () => {
    const gaps = async (env: Record<string, string>) => {
      const { lines } = await startMessaging(env)
      return lines.map((line) => JSON.parse(line)).find(({ vendor }) => vendor === 'fast2sms')?.missing
    }
    const key = { FAST2SMS_API_KEY: 'k' }
    assert.equal(await gaps({}), undefined)
    assert.equal(await gaps({ FAST2SMS_ROUTE: 'otp' }), undefined)
    assert.equal(await gaps(key), undefined)
    assert.deepEqual(await gaps({ FAST2SMS_SENDER_ID: 'BLNKIT' }), ['FAST2SMS_API_KEY'])
    assert.deepEqual(await gaps({ ...key, FAST2SMS_ROUTE: 'dlt_manual' }), ['FAST2SMS_SENDER_ID'])
    assert.deepEqual(await gaps({ ...key, FAST2SMS_ROUTE: 'dlt' }), ['FAST2SMS_SENDER_ID', 'FAST2SMS_MESSAGE_ID_EN'])
  })

  const about = { template: 'orderPlaced', values: { order: '4C8Q02MX', amount: '249.50' } }
  const dlt = { FAST2SMS_ROUTE: 'dlt', FAST2SMS_SENDER_ID: 'BLNKIT', FAST2SMS_MESSAGE_ID_EN: '111111' }

  it('gets the values of an order in the places of its own Message ID, or of the one in the other language', async () => {
    for (const id of ['FAST2SMS_MESSAGE_ID_ORDER_PLACED_EN', 'FAST2SMS_MESSAGE_ID_ORDER_PLACED_HI']) {
      const { request } = await sent({ ...dlt, [id]: '222222' }, about)
      assert.deepEqual([request?.fields['message'], request?.fields['variables_values']], ['222222', '4C8Q02MX|249.50'])
    }
  })

  it('is left for codes where the text of an order has no Message ID, and takes none on the route for codes', async () => {
    const { send } = await startMessaging({ ...vendorEnv(fake.baseUrl), ...dlt, SMS_BREAKER_FAILURES: '1' })
    for (let count = 0; count < 3; count += 1)
      assert.deepEqual((await send({ vendors: ['fast2sms'], ...about } as object)).attempts, [
        { vendor: 'fast2sms', outcome: 'unavailable', mayHaveSent: false },
      ])
    assert.equal((await send({ vendors: ['fast2sms'] })).outcome, 'accepted')
    assert.equal((await sent({ FAST2SMS_ROUTE: 'otp' }, about)).result.outcome, 'unavailable')
    assert.equal(fake.requests.length, 1)
  })
})
