import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import type { SendEmail } from '../../src/modules/messaging/index.ts'
import { type FakeSendgrid, fakeSendgrid } from '../support/fake-sendgrid.ts'
import { type Prism, startPrism } from '../support/prism.ts'
import { startMessaging } from '../support/start-messaging.ts'

const file = 'test/specs/sendgrid-mail.json'

describe('mails to SendGrid, checked against its description', () => {
  let prism: Prism
  let fake: FakeSendgrid
  before(async () => {
    ;[prism, fake] = await Promise.all([startPrism(file), fakeSendgrid()])
  })
  after(() => Promise.all([prism?.close(), fake?.close()]))

  const at = Date.UTC(2026, 0, 15)
  const mails: [what: string, request: Partial<SendEmail>][] = [
    ['a code', {}],
    ['a code in Hindi', { locale: 'hi' }],
    ['a new sign-in', { template: 'newSignIn', values: { at, name: 'आशा', device: 'Chrome' } }],
    ['a changed address', { template: 'emailChanged', values: { at, maskedEmail: 'n•••@example.com' } }],
    ['a deleted account', { template: 'accountDeleted', values: { at } }],
    ['an order', { template: 'orderPlaced', values: { order: '4C8Q02MX', itemCount: 3, amountPaise: 2500 } }],
  ]
  for (const [what, request] of mails) {
    it(`are sound: ${what}`, async () => {
      const { mail } = await startMessaging({ ...fake.env, SENDGRID_BASE_URL: prism.baseUrl })
      const { outcome } = await mail({ vendors: ['sendgrid'], ...request })
      assert.deepEqual(prism.violations(), [])
      assert.equal(outcome, 'accepted')
    })

    // The description lets unknown fields pass, and a misspelt one would be one.
    it(`hold known fields only: ${what}`, async () => {
      const { mail } = await startMessaging(fake.env)
      await mail({ vendors: ['sendgrid'], ...request })
      assert.deepEqual(unknownIn(fake.requests.at(-1)?.body, schemaOf(file)), [])
    })
  }

  const sound = {
    personalizations: [{ to: [{ email: 'asha@example.com' }] }],
    from: { email: 'no-reply@shop.example' },
    subject: 'x',
    content: [{ type: 'text/plain', value: 'x' }],
  }
  const headers = { 'content-type': 'application/json', authorization: 'Bearer SG.key' }
  const wrong: [what: string, body: object, headers: Record<string, string>][] = [
    ['without a recipient', { ...sound, personalizations: undefined }, headers],
    ['without a text', { ...sound, content: undefined }, headers],
    ['with a switch that is a word', { ...sound, tracking_settings: { open_tracking: { enable: 'no' } } }, headers],
    ['without a key', sound, { 'content-type': 'application/json' }],
  ]
  for (const [what, body, sent] of wrong) {
    it(`are found out when they are wrong: ${what}`, async () => {
      const { status } = await fetch(`${prism.baseUrl}/v3/mail/send`, {
        method: 'POST',
        headers: sent,
        body: JSON.stringify(body),
      })
      assert.ok(status >= 400, String(status))
      assert.notDeepEqual(prism.violations(), [])
    })
  }

  it('finds a misspelt field wherever it stands', () => {
    const misspelt = { ...sound, from: { email: 'a@example.com', nmae: 'x' }, catgories: [] }
    assert.deepEqual(unknownIn(misspelt, schemaOf(file)), ['from.nmae', 'catgories'])
  })
})

interface Schema {
  $ref?: string
  properties?: Record<string, Schema>
  items?: Schema
}

const description = (path: string) => JSON.parse(readFileSync(path, 'utf8'))
const schemaOf = (path: string): Schema =>
  description(path).paths['/v3/mail/send'].post.requestBody.content['application/json'].schema

/** The places in a value that a schema does not name; an object without named fields may hold any. */
function unknownIn(value: unknown, given: Schema | undefined): string[] {
  const schema = given?.$ref
    ? (description(file).components.schemas[given.$ref.split('/').at(-1) ?? ''] as Schema)
    : given
  if (Array.isArray(value)) return value.flatMap((each) => unknownIn(each, schema?.items))
  if (typeof value !== 'object' || value === null || !schema?.properties) return []
  return Object.entries(value).flatMap(([name, field]) => {
    const known = schema.properties?.[name]
    return known ? unknownIn(field, known).map((place) => `${name}.${place}`) : [name]
  })
}
