import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { setClock } from '../../../test/support/clock.ts'
import { type FakeSendgrid, fakeSendgrid, sendgridEvent, sendgridEvents } from '../../../test/support/fake-sendgrid.ts'
import { startMessaging } from '../../../test/support/start-messaging.ts'
import { readSection } from '../../platform/config/read-section.ts'
import { httpSettings } from '../../platform/http/http-settings.ts'
import { createServer } from '../../platform/http/server.ts'
import type { DeliveryReport } from './index.ts'

describe('the event webhook of SendGrid', () => {
  let fake: FakeSendgrid
  before(async () => {
    fake = await fakeSendgrid()
  })
  after(() => fake.close())

  /** The module behind a server, with one mail sent. */
  async function start(env: Record<string, string> = {}) {
    const clock = setClock()
    const started = await startMessaging({ ...fake.env, ...env }, { clock })
    const { log, metrics, messaging } = started
    const settings = readSection(httpSettings, {}, { development: false, now: 0 }, [])
    const server = await createServer({ settings, development: false, log, metrics, strictProblems: true })
    await server.register(messaging.routes, { prefix: '/api/webhooks' })
    const reports: DeliveryReport[] = []
    messaging.onReceipt(async (report) => void reports.push(report))
    await started.mail()
    const mail = fake.mails.at(-1) ?? assert.fail()
    const post = (events: unknown, at = clock.now(), options = {}) => server.inject(sendgridEvents(events, at, options))
    return { ...started, server, reports, mail, post, clock }
  }

  it('tells listeners of each of ours in a signed batch before it answers 204', async () => {
    const { reports, mail, post } = await start()
    const batch = [
      sendgridEvent(mail, 'processed'),
      sendgridEvent({ to: 'someone@example.com', reference: undefined }, 'bounce'),
      sendgridEvent({ ...mail, to: 'Asha@Example.com' }, 'bounce', { type: 'blocked', status: '5.7.1' }),
    ]
    const answer = await post(batch)
    assert.deepEqual([answer.statusCode, answer.body], [204, ''])
    const known = { channel: 'email', email: 'asha@example.com', vendor: 'sendgrid', alarm: false }
    const reference = 'msg_01h455vb4pex5vsknk084sn02q'
    assert.deepEqual(reports, [
      { ...known, reference, to: 'asha@example.com', state: 'queued', worthAnother: false },
      {
        ...known,
        reference,
        to: 'Asha@Example.com',
        state: 'failed',
        reason: 'sendgrid blocked 5.7.1',
        worthAnother: true,
      },
    ])
  })

  it('answers 403 to what is forged, altered, old or unsigned, and nothing happens', async () => {
    const { server, reports, mail, post, clock, metrics } = await start()
    const batch = [sendgridEvent(mail, 'bounce')]
    const sound = sendgridEvents(batch, clock.now())
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const forged = [
      post(batch, clock.now(), { key: privateKey }),
      post(batch, clock.now() - 11 * 60_000),
      server.inject({ ...sound, payload: sound.payload.replace('bounce', 'dropped') }),
      server.inject({ ...sound, headers: { 'content-type': 'application/json' } }),
    ]
    for (const answer of await Promise.all(forged))
      assert.deepEqual([answer.statusCode, answer.json().code], [403, 'request.forbidden'])
    assert.deepEqual(reports, [])
    assert.match((await metrics.expose()).text, /email_receipts_total\{vendor="sendgrid",state="forged"\} 4/)
  })

  it('answers 403 while there is no key to check with', async () => {
    const { reports, mail, post } = await start({ SENDGRID_WEBHOOK_PUBLIC_KEY: '' })
    assert.equal((await post([sendgridEvent(mail, 'bounce')])).statusCode, 403)
    assert.deepEqual(reports, [])
  })

  it('answers 204 to signed events of nothing that we track', async () => {
    const { reports, mail, post } = await start()
    const strangers = [
      [],
      '{',
      [sendgridEvent(mail, 'open')],
      [sendgridEvent({ ...mail, reference: 'x'.repeat(65) }, 'delivered')],
      [sendgridEvent({ ...mail, to: 'no address' }, 'delivered')],
      [sendgridEvent({ ...mail, to: 'a@example.com\nb' }, 'delivered')],
    ]
    for (const events of strangers) assert.equal((await post(events)).statusCode, 204)
    assert.deepEqual(reports, [])
  })

  it('takes a batch of a megabyte, which other vendors may not send, and no more', async () => {
    const { server, reports, mail, post } = await start()
    const filler = sendgridEvent(mail, 'open', { useragent: 'x'.repeat(1000) })
    const batch = (count: number) => [...Array.from({ length: count }, () => filler), sendgridEvent(mail, 'delivered')]
    assert.equal((await post(batch(700))).statusCode, 204)
    assert.equal(reports.length, 1)
    assert.equal((await post(batch(1100))).statusCode, 413)
    const elsewhere = { ...sendgridEvents(batch(700), 0), url: '/api/webhooks/twilio/status' }
    assert.equal((await server.inject(elsewhere)).statusCode, 413)
  })

  it('answers 404 and 405 as everywhere, and SMTP reports nothing', async () => {
    const { server } = await start()
    const get = await server.inject({ method: 'GET', url: '/api/webhooks/sendgrid/events' })
    assert.deepEqual([get.statusCode, get.headers.allow], [405, 'POST'])
    assert.equal((await server.inject({ method: 'POST', url: '/api/webhooks/smtp/events' })).statusCode, 404)
  })

  it('tells the others when a listener fails, and of the next events too', async () => {
    const { messaging, mail, post, lines } = await start()
    messaging.onReceipt(async () => {
      throw new Error('listener broke')
    })
    const told: string[] = []
    messaging.onReceipt(async ({ state }) => void told.push(state))
    const answer = await post([sendgridEvent(mail, 'processed'), sendgridEvent(mail, 'delivered')])
    assert.deepEqual([answer.statusCode, told], [204, ['queued', 'delivered']])
    assert.equal(lines.filter((line) => line.includes('listener broke')).length, 2)
  })

  it("logs each receipt with its request, and never a whole address or the vendor's text", async () => {
    const { mail, post, lines, metrics } = await start()
    lines.length = 0
    const fields = { type: 'bounce', status: '5.1.1', reason: '550 5.1.1 <asha@example.com> is unknown here' }
    await post([sendgridEvent(mail, 'bounce', fields)])
    const facts = lines.map((line) => JSON.parse(line)).filter(({ reference }) => reference)
    assert.deepEqual(
      facts.map(({ msg, state, reason, address }) => [msg, state, reason, address]),
      [['e-mail receipt', 'failed', 'sendgrid bounce 5.1.1', 'a•••@example.com']],
    )
    assert.ok(facts.every(({ requestId }) => requestId?.startsWith('req_')))
    const seen = lines.join('') + (await metrics.expose()).text
    for (const text of ['asha@', 'unknown here']) assert.ok(!seen.includes(text))
    assert.match(seen, /email_receipts_total\{vendor="sendgrid",state="failed"\} 1/)
  })
})
