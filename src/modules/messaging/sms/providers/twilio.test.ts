import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { type FakeVendor, fakeVendor } from '../../../../../test/support/fake-vendor.ts'
import { startMessaging, vendorEnv } from '../../../../../test/support/start-messaging.ts'

const accountSid = `AC${'a'.repeat(32)}`
const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

describe('Twilio', () => {
  let fake: FakeVendor
  before(async () => {
    fake = await fakeVendor()
  })
  after(() => fake.close())
  beforeEach(() => fake.answer({ twilio: 'accept' }))

  const sent = async (env = {}, request = {}) => {
    const { send } = await startMessaging({ ...vendorEnv(fake.baseUrl), ...env })
    const result = await send({ vendors: ['twilio'], ...request })
    const last = fake.requests.at(-1)
    assert.ok(last)
    return { result, ...last }
  }

  it('gets a form with number, sender, text, life, callback and the check for pumping', async () => {
    const { path, headers, fields } = await sent({}, { validForSeconds: 120 })
    assert.equal(path, `/2010-04-01/Accounts/${accountSid}/Messages.json`)
    assert.equal(headers['content-type'], 'application/x-www-form-urlencoded')
    assert.deepEqual(fields, {
      To: '+919876543210',
      From: '+15005550006',
      Body: 'Your Blinkit verification code is: 123456. Valid for 5 minutes. Do not share this code with anyone.',
      ValidityPeriod: '120',
      RiskCheck: 'enable',
      StatusCallback: 'https://api.shop.example/api/webhooks/twilio/status?reference=msg_01h455vb4pex5vsknk084sn02q',
    })
  })

  it('is signed in to by the account, or better by an API key', async () => {
    const { headers } = await sent()
    assert.equal(headers.authorization, basic(accountSid, '0123456789abcdef0123456789abcdef'))
    const sid = `SK${'b'.repeat(32)}`
    const byKey = await sent({ TWILIO_API_KEY_SID: sid, TWILIO_API_KEY_SECRET: 'key-secret' })
    assert.equal(byKey.headers.authorization, basic(sid, 'key-secret'))
    assert.ok(byKey.path.includes(accountSid))
  })

  it('sends from a messaging service in place of a number', async () => {
    const service = `MG${'c'.repeat(32)}`
    const { fields } = await sent({ TWILIO_MESSAGING_SERVICE_SID: service })
    assert.deepEqual([fields['MessagingServiceSid'], fields['From']], [service, undefined])
  })

  it('gets extra fields, which cannot replace number or text', async () => {
    const { fields } = await sent({
      TWILIO_EXTRA_FIELDS: 'RiskCheck=disable&ContentRetention=discard&To=%2B15005550001',
    })
    assert.deepEqual(
      [fields['RiskCheck'], fields['ContentRetention'], fields['To']],
      ['disable', 'discard', '+919876543210'],
    )
  })

  it('is asked for no receipt that could not be checked', async () => {
    const env = {
      TWILIO_AUTH_TOKEN: '',
      TWILIO_API_KEY_SID: `SK${'b'.repeat(32)}`,
      TWILIO_API_KEY_SECRET: 'key-secret',
    }
    assert.equal((await sent(env)).fields['StatusCallback'], undefined)
  })

  it('lets a message wait 5 s at least', async () => {
    assert.equal((await sent({}, { validForSeconds: 0 })).fields['ValidityPeriod'], '5')
  })

  const answers: [status: number, code: number | undefined, outcome: string, mayHaveSent: boolean, alarm: boolean][] = [
    [400, 21211, 'rejected', false, false],
    [400, 21614, 'rejected', false, false],
    [400, 21610, 'rejected', false, false],
    [403, 30450, 'rejected', false, false],
    [403, 60410, 'rejected', false, false],
    [403, 60605, 'rejected', false, false],
    [400, 21408, 'unavailable', false, true],
    [400, 21606, 'unavailable', false, true],
    [400, 21212, 'unavailable', false, true],
    [400, 21901, 'unavailable', false, true],
    [401, 20003, 'unavailable', false, true],
    [404, 20404, 'unavailable', false, true],
    [429, 63038, 'unavailable', false, true],
    [400, 21612, 'unavailable', false, false],
    [429, 21611, 'unavailable', false, false],
    [429, 20429, 'unavailable', false, false],
    [400, 99999, 'unavailable', false, false],
    [401, undefined, 'unavailable', false, true],
    [503, undefined, 'unavailable', true, false],
    [500, 20500, 'unavailable', true, false],
    [302, undefined, 'unavailable', true, false],
    [200, undefined, 'unavailable', true, false],
  ]
  for (const [status, code, outcome, mayHaveSent, alarm] of answers) {
    it(`answering ${status} ${code ?? 'without a code'} is ${outcome}${alarm ? ', with an alarm' : ''}`, async () => {
      fake.answer({ twilio: { status, body: code === undefined ? {} : { code, message: 'Why', status } } })
      const { send, lines } = await startMessaging(vendorEnv(fake.baseUrl))
      const { attempts } = await send({ vendors: ['twilio'] })
      assert.deepEqual(attempts, [{ vendor: 'twilio', outcome, mayHaveSent }])
      assert.equal(
        lines.some((line) => line.includes('"alarm":true')),
        alarm,
      )
    })
  }

  it('is configured by account, token or API key, and number or service', async () => {
    const gaps = async (env: Record<string, string>) => {
      const { lines } = await startMessaging(env)
      return lines.map((line) => JSON.parse(line)).find(({ vendor }) => vendor === 'twilio')?.missing
    }
    const account = { TWILIO_ACCOUNT_SID: accountSid }
    const key = { TWILIO_API_KEY_SID: `SK${'b'.repeat(32)}` }
    const number = { TWILIO_PHONE_NUMBER: '+15005550006' }
    assert.deepEqual(await gaps(account), ['TWILIO_AUTH_TOKEN', 'TWILIO_PHONE_NUMBER'])
    assert.deepEqual(await gaps({ ...account, ...number, ...key }), ['TWILIO_API_KEY_SECRET'])
    assert.deepEqual(await gaps({ ...account, ...number, TWILIO_API_KEY_SECRET: 's' }), ['TWILIO_API_KEY_SID'])
    assert.equal(await gaps({ ...account, ...number, ...key, TWILIO_API_KEY_SECRET: 's' }), undefined)
    assert.equal(
      await gaps({ ...account, TWILIO_AUTH_TOKEN: 't', TWILIO_MESSAGING_SERVICE_SID: `MG${'c'.repeat(32)}` }),
      undefined,
    )
  })
})
