import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, it } from 'node:test'
import { sendgridEvent, sendgridEvents } from '../../../../../test/support/fake-sendgrid.ts'
import { isEventKey, readSendgridEvents } from './sendgrid-receipt.ts'

const now = Date.UTC(2026, 0, 15, 12)
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const text = (key: KeyObject) => key.export({ type: 'spki', format: 'der' }).toString('base64')
const publicKey = text(pair.publicKey)
const mail = { to: 'asha@example.com', reference: 'msg_1' }

function callOf(events: unknown, { at = now, key = pair.privateKey } = {}) {
  const { headers, payload } = sendgridEvents(events, at, { key })
  return { query: new URLSearchParams(), headers, body: payload, secret: 'events', receivedAt: now }
}
const read = (events: unknown) => readSendgridEvents(callOf(events), publicKey)

describe("SendGrid's signature", () => {
  const call = callOf([sendgridEvent(mail, 'delivered')])

  it('is accepted over the body as received, with its last line break', () => {
    assert.ok(call.body.endsWith('\r\n'))
    assert.equal(typeof readSendgridEvents(call, publicKey), 'object')
    assert.equal(readSendgridEvents({ ...call, body: call.body.trimEnd() }, publicKey), 'forged')
    assert.equal(readSendgridEvents({ ...call, body: call.body.replace('delivered', 'bounce') }, publicKey), 'forged')
  })

  it('is forged when key, time or header differ, and for a header that is no signature', () => {
    const name = 'x-twilio-email-event-webhook-signature'
    const timestamp = 'x-twilio-email-event-webhook-timestamp'
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const forgeries = [
      callOf([], { key: other.privateKey }),
      { ...call, headers: { ...call.headers, [timestamp]: String(now / 1000 + 1) } },
      { ...call, headers: { ...call.headers, [timestamp]: 'now' } },
      { ...call, headers: { ...call.headers, [timestamp]: '' } },
      { ...call, headers: { ...call.headers, [name]: '' } },
      { ...call, headers: { ...call.headers, [name]: 'MEUCIQ==' } },
      { ...call, headers: { ...call.headers, [name]: '💥' } },
      { ...call, headers: { [timestamp]: call.headers[timestamp] } },
      { ...call, headers: {} },
    ]
    for (const forgery of forgeries) assert.equal(readSendgridEvents(forgery, publicKey), 'forged')
  })

  it('is worth nothing ten minutes before and after it was made', () => {
    const minute = 60_000
    for (const away of [-9 * minute, 9 * minute])
      assert.deepEqual(readSendgridEvents(callOf([], { at: now + away }), publicKey), [])
    for (const away of [-11 * minute, 11 * minute])
      assert.equal(readSendgridEvents(callOf([], { at: now + away }), publicKey), 'forged')
  })

  it('is checked by a P-256 key in Base64 and by nothing else', () => {
    const others = [
      text(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey),
      text(generateKeyPairSync('ed25519').publicKey),
      text(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey),
      publicKey.slice(0, 40),
      'SG.not-a-key',
      '',
    ]
    assert.equal(isEventKey(publicKey), true)
    for (const other of others) assert.equal(isEventKey(other), false)
  })
})

describe("SendGrid's events", () => {
  const sound = { reference: 'msg_1', to: 'asha@example.com', worthAnother: false, alarm: false }
  const events: [event: string, fields: object, receipt: object][] = [
    ['processed', {}, { ...sound, state: 'queued' }],
    ['deferred', { response: '400 try again later', attempt: '5' }, { ...sound, state: 'queued' }],
    ['delivered', { response: '250 OK' }, { ...sound, state: 'delivered' }],
    ['spamreport', {}, { ...sound, state: 'delivered', reason: 'sendgrid spamreport' }],
    [
      'bounce',
      { type: 'bounce', status: '5.1.1', reason: '550 no asha@example.com here' },
      { ...sound, state: 'failed', reason: 'sendgrid bounce 5.1.1' },
    ],
    [
      'bounce',
      { type: 'blocked', status: '5.7.1', reason: 'blocked' },
      { ...sound, state: 'failed', reason: 'sendgrid blocked 5.7.1', worthAnother: true },
    ],
    ['bounce', { type: 'blocked' }, { ...sound, state: 'failed', reason: 'sendgrid blocked', worthAnother: true }],
    ['bounce', { status: '550 <asha@example.com>' }, { ...sound, state: 'failed', reason: 'sendgrid bounce' }],
    [
      'dropped',
      { reason: 'Bounced Address', status: '5.0.0' },
      { ...sound, state: 'failed', reason: 'sendgrid dropped 5.0.0', worthAnother: true },
    ],
  ]
  for (const [event, fields, receipt] of events) {
    it(`of ${event} ${JSON.stringify(fields)} mean what they should`, () => {
      assert.deepEqual(read([sendgridEvent(mail, event, fields)]), [receipt])
    })
  }

  it('are read one by one and in their order; those of others and of readers are passed over', () => {
    const batch = [
      sendgridEvent(mail, 'processed'),
      sendgridEvent({ to: 'b@example.com', reference: 'msg_2' }, 'delivered'),
      sendgridEvent({ ...mail, reference: undefined }, 'delivered'),
      sendgridEvent(mail, 'open'),
      sendgridEvent(mail, 'constructor'),
      sendgridEvent(mail, 'delivered', { reference: { toString: 1 } }),
      sendgridEvent(mail, 'delivered', { email: null }),
      null,
      7,
      [],
      {},
      sendgridEvent(mail, 'delivered'),
    ]
    const receipts = read(batch)
    assert.ok(typeof receipts !== 'string')
    assert.deepEqual(
      receipts.map(({ reference, state }) => `${reference} ${state}`),
      ['msg_1 queued', 'msg_2 delivered', 'msg_1 delivered'],
    )
  })

  it('are none in a body that is no list', () => {
    for (const body of ['', '{', '{}', 'null', '7', '"[]"']) assert.deepEqual(read(body), [])
  })
})
