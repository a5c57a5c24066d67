import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import type { Env } from '../../src/platform/config/read-section.ts'
import { type FakeVendor, fakeVendor } from '../support/fake-vendor.ts'
import { type Prism, startPrism } from '../support/prism.ts'
import { startMessaging, vendorEnv } from '../support/start-messaging.ts'

describe('requests to vendors, checked against their descriptions', () => {
  const files = { twilio: 'test/specs/twilio-messages.json', fast2sms: 'test/specs/fast2sms-bulk.json' }
  let twilio: Prism
  let fast2sms: Prism
  let fake: FakeVendor
  before(async () => {
    ;[twilio, fast2sms, fake] = await Promise.all([startPrism(files.twilio), startPrism(files.fast2sms), fakeVendor()])
  })
  after(() => Promise.all([twilio?.close(), fast2sms?.close(), fake?.close()]))

  const apiKey = { TWILIO_API_KEY_SID: `SK${'b'.repeat(32)}`, TWILIO_API_KEY_SECRET: 'key-secret' }
  const sender = { FAST2SMS_SENDER_ID: 'BLNKIT' }
  const lines = { WEB_OTP_HOST: 'shop.example', ANDROID_APP_HASH: 'FA+9qCX9VSu' }
  const order = { template: 'orderPlaced', values: { order: '4C8Q02MX', amount: '249.50' } }
  const orderId = {
    FAST2SMS_ROUTE: 'dlt',
    FAST2SMS_MESSAGE_ID_EN: '111111',
    FAST2SMS_MESSAGE_ID_ORDER_PLACED_EN: '222222',
  }
  const variants: [vendor: keyof typeof files, what: string, env: Env, request?: object][] = [
    ['twilio', 'from a number, by the account', {}],
    ['twilio', 'by an API key', apiKey],
    ['twilio', 'by an API key alone, so without receipts', { ...apiKey, TWILIO_AUTH_TOKEN: '' }],
    ['twilio', 'from a messaging service', { TWILIO_MESSAGING_SERVICE_SID: `MG${'c'.repeat(32)}` }],
    ['twilio', 'with extra fields', { TWILIO_EXTRA_FIELDS: 'ContentRetention=discard&AddressRetention=obfuscate' }],
    ['twilio', 'in Hindi with the line for the web', lines, { locale: 'hi' }],
    ['twilio', 'with the hash for Android', lines, { client: 'android', validForSeconds: 12 }],
    ['fast2sms', 'on the route q', lines],
    ['fast2sms', 'on the route otp', { FAST2SMS_ROUTE: 'otp' }],
    ['fast2sms', 'on the route dlt', { ...sender, ...lines, FAST2SMS_ROUTE: 'dlt', FAST2SMS_MESSAGE_ID_EN: '111111' }],
    ['fast2sms', 'on the route dlt_manual', { ...sender, FAST2SMS_ROUTE: 'dlt_manual' }],
    [
      'fast2sms',
      'on the route dlt_manual with ids',
      { ...sender, FAST2SMS_ROUTE: 'dlt_manual', DLT_ENTITY_ID: '1101', DLT_TEMPLATE_ID_EN: '1107' },
    ],
    ['twilio', 'about an order', {}, order],
    ['fast2sms', 'about an order on the route q', {}, order],
    ['fast2sms', 'about an order on the route dlt', { ...sender, ...orderId }, { ...order, locale: 'hi' }],
  ]
  for (const [vendor, what, env, request] of variants) {
    it(`are sound: ${vendor} ${what}`, async () => {
      const prism = { twilio, fast2sms }[vendor]
      const { send } = await startMessaging({ ...vendorEnv(prism.baseUrl), ...env })
      const result = await send({ vendors: [vendor], ...request })
      assert.deepEqual(prism.violations(), [])
      assert.equal(result.outcome, 'accepted')
      assert.ok(result.vendorReference)
    })

    // Descriptions let unknown fields pass, and a misspelt one would be one.
    it(`hold known fields only: ${vendor} ${what}`, async () => {
      const { send } = await startMessaging({ ...vendorEnv(fake.baseUrl), ...env })
      await send({ vendors: [vendor], ...request })
      const known = fieldsIn(files[vendor])
      for (const name of Object.keys(fake.requests.at(-1)?.fields ?? {})) assert.ok(known.has(name), name)
    })
  }

  const account = `/2010-04-01/Accounts/AC${'a'.repeat(32)}/Messages.json`
  const form = { 'content-type': 'application/x-www-form-urlencoded', authorization: 'Basic QUM6eA==' }
  const json = { 'content-type': 'application/json', authorization: 'key' }
  const wrong: [
    vendor: keyof typeof files,
    what: string,
    path: string,
    headers: Record<string, string>,
    body: string,
  ][] = [
    ['twilio', 'without a number', account, form, 'From=%2B15005550006&Body=x'],
    ['twilio', 'with a callback that is no address', account, form, 'To=%2B919876543210&Body=x&StatusCallback=a%20b'],
    ['twilio', 'with a malformed account', account.replace('AC', 'SK'), form, 'To=%2B919876543210&Body=x'],
    ['twilio', 'without a password', account, { 'content-type': form['content-type'] }, 'To=%2B919876543210&Body=x'],
    ['fast2sms', 'with a country code', '/dev/bulkV2', json, '{"route":"q","message":"x","numbers":"+919876543210"}'],
    ['fast2sms', 'on a route that is gone', '/dev/bulkV2', json, '{"route":"p","message":"x","numbers":"9876543210"}'],
    [
      'fast2sms',
      'without a key',
      '/dev/bulkV2',
      { 'content-type': json['content-type'] },
      '{"route":"q","message":"x","numbers":"9876543210"}',
    ],
  ]
  for (const [vendor, what, path, headers, body] of wrong) {
    it(`are found out when they are wrong: ${vendor} ${what}`, async () => {
      const prism = { twilio, fast2sms }[vendor]
      const { status } = await fetch(prism.baseUrl + path, { method: 'POST', headers, body })
      assert.ok(status >= 400, String(status))
      assert.notDeepEqual(prism.violations(), [])
    })
  }
})

/** The names of all fields that a description knows, by whichever variant of the body. */
function fieldsIn(file: string): Set<string> {
  const { paths } = JSON.parse(readFileSync(file, 'utf8'))
  const [operation] = Object.values<{ post: { requestBody: { content: Record<string, { schema: BodySchema }> } } }>(
    paths,
  )
  const schemas = Object.values(operation?.post.requestBody.content ?? {}).flatMap(
    ({ schema }) => schema.oneOf ?? [schema],
  )
  return new Set(schemas.flatMap(({ properties }) => Object.keys(properties ?? {})))
}

interface BodySchema {
  properties?: object
  oneOf?: BodySchema[]
}
