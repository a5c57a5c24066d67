import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type FakeVendor, fakeVendor, fast2smsReport, twilioReceipt } from '../../../test/support/fake-vendor.ts'
import { authToken, startMessaging, vendorEnv, webhookSecret } from '../../../test/support/start-messaging.ts'
import { readSection } from '../../platform/config/read-section.ts'
import { httpSettings } from '../../platform/http/http-settings.ts'
import { createServer } from '../../platform/http/server.ts'
import type { DeliveryReport } from './index.ts'

describe('the webhooks of vendors', () => {
  let fake: FakeVendor
  before(async () => {
    fake = await fakeVendor()
  })
  after(() => fake.close())

  /** The module behind a server, with one SMS sent by each vendor. */
  async function start(env: Record<string, string | undefined> = {}) {
    const started = await startMessaging({ ...vendorEnv(fake.baseUrl), ...env })
    const { log, metrics, messaging } = started
    const settings = readSection(httpSettings, {}, { development: false, now: 0 }, [])
    const server = await createServer({ settings, development: false, log, metrics, strictProblems: true })
    await server.register(messaging.routes, { prefix: '/api/webhooks' })
    const reports: DeliveryReport[] = []
    messaging.onReceipt(async (report) => void reports.push(report))
    await started.send({ vendors: ['fast2sms'] })
    await started.send({ vendors: ['twilio'] })
    const [byFast2sms, byTwilio] = fake.requests.slice(-2)
    assert.ok(byFast2sms && byTwilio)
    return { ...started, server, reports, byFast2sms, byTwilio }
  }

  it('tell listeners of a signed receipt from Twilio before they answer 204', async () => {
    const { server, reports, byTwilio } = await start()
    const answer = await server.inject(twilioReceipt(byTwilio, 'undelivered', { authToken, errorCode: 30003 }))
    assert.deepEqual([answer.statusCode, answer.body], [204, ''])
    assert.deepEqual(reports, [
      {
        reference: 'msg_01h455vb4pex5vsknk084sn02q',
        to: '+919876543210',
        channel: 'sms',
        phone: '+919876543210',
        vendor: 'twilio',
        state: 'failed',
        reason: 'twilio 30003',
        worthAnother: true,
        alarm: false,
      },
    ])
  })

  it('tell listeners of a report from Fast2SMS, with the number as one identity', async () => {
    const { server, reports, byFast2sms } = await start()
    const answer = await server.inject(fast2smsReport(byFast2sms, 'Delivered', { secret: webhookSecret }))
    assert.equal(answer.statusCode, 204)
    assert.deepEqual(
      reports.map((report) => [report.vendor, report.channel === 'sms' && report.phone, report.state]),
      [['fast2sms', '+919876543210', 'delivered']],
    )
  })

  it('answer 403 to forged receipts and tell nobody', async () => {
    const { server, reports, byTwilio, byFast2sms, metrics } = await start()
    const signed = twilioReceipt(byTwilio, 'failed', { authToken })
    const forged = [
      twilioReceipt(byTwilio, 'failed', { authToken: 'guessed' }),
      { ...signed, payload: signed.payload.replace('failed', 'delivered') },
      { ...signed, url: signed.url.replace('msg_', 'msg_x') },
      { ...signed, headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      fast2smsReport(byFast2sms, 'failed', { secret: 'x'.repeat(28) }),
    ]
    for (const call of forged) {
      const answer = await server.inject(call)
      assert.deepEqual([answer.statusCode, answer.json().code], [403, 'request.forbidden'])
    }
    assert.deepEqual(reports, [])
    assert.match((await metrics.expose()).text, /sms_receipts_total\{vendor="twilio",state="forged"\} 4/)
  })

  it('answer 403 while nothing could be checked', async () => {
    const tokenless = { TWILIO_AUTH_TOKEN: '', FAST2SMS_WEBHOOK_SECRET: '' }
    const { server, byFast2sms } = await start({
      ...tokenless,
      TWILIO_API_KEY_SID: `SK${'b'.repeat(32)}`,
      TWILIO_API_KEY_SECRET: 's',
    })
    const unsigned = { method: 'POST', url: '/api/webhooks/twilio/status?reference=msg_1', payload: 'To=1' } as const
    assert.equal((await server.inject(unsigned)).statusCode, 403)
    assert.equal((await server.inject(fast2smsReport(byFast2sms, 'failed', { secret: '' }))).statusCode, 403)
    assert.equal((await server.inject(fast2smsReport(byFast2sms, 'failed', { secret: 'undefined' }))).statusCode, 403)
  })

  it('answer 204 to well-formed receipts of nothing that we track', async () => {
    const { server, reports, byTwilio, byFast2sms } = await start()
    const stranger = { ...byTwilio, fields: { ...byTwilio.fields, To: 'whatsapp:+15005550006' } }
    const nameless = { ...byFast2sms, fields: { ...byFast2sms.fields, udf1: 'x'.repeat(65) } }
    const calls = [
      twilioReceipt(byTwilio, 'receiving', { authToken }),
      twilioReceipt(stranger, 'delivered', { authToken }),
      fast2smsReport(nameless, 'delivered', { secret: webhookSecret }),
      { ...fast2smsReport(byFast2sms, 'delivered', { secret: webhookSecret }), payload: '{' },
      { method: 'POST', url: `/api/webhooks/fast2sms/${webhookSecret}` } as const,
    ]
    for (const call of calls) assert.equal((await server.inject(call)).statusCode, 204)
    assert.deepEqual(reports, [])
  })

  it('take any content type, and 404 and 405 are as everywhere', async () => {
    const { server, byFast2sms, reports } = await start()
    const report = fast2smsReport(byFast2sms, 'delivered', { secret: webhookSecret })
    for (const type of ['text/plain', 'application/json; charset=utf-8', 'application/x-thing']) {
      assert.equal((await server.inject({ ...report, headers: { 'content-type': type } })).statusCode, 204, type)
    }
    assert.equal(reports.length, 3)
    assert.equal((await server.inject({ method: 'POST', url: '/api/webhooks/pigeon/status' })).statusCode, 404)
    assert.equal((await server.inject({ method: 'POST', url: '/api/webhooks/console/status' })).statusCode, 404)
    const wrongMethod = await server.inject({ method: 'GET', url: '/api/webhooks/twilio/status' })
    assert.deepEqual([wrongMethod.statusCode, wrongMethod.headers.allow], [405, 'POST'])
    assert.equal((await server.inject({ ...report, payload: 'x'.repeat(70_000) })).statusCode, 413)
  })

  it('answer the same when a listener fails, and tell the others', async () => {
    const { server, messaging, byTwilio, reports, lines } = await start()
    messaging.onReceipt(async () => {
      throw new Error('listener broke')
    })
    const told: string[] = []
    messaging.onReceipt(async ({ state }) => void told.push(state))
    assert.equal((await server.inject(twilioReceipt(byTwilio, 'sent', { authToken }))).statusCode, 204)
    assert.deepEqual([reports.length, told], [1, ['sent']])
    assert.ok(lines.some((line) => line.includes('listener broke')))
  })

  it('log each receipt with its request, and never the secret, the whole number or the address', async () => {
    const { server, byTwilio, byFast2sms, lines, metrics } = await start()
    lines.length = 0
    await server.inject(twilioReceipt(byTwilio, 'undelivered', { authToken, errorCode: 30007 }))
    await server.inject(fast2smsReport(byFast2sms, 'Failed', { secret: webhookSecret }))
    await server.inject({ method: 'GET', url: `/api/webhooks/fast2sms/${webhookSecret}` })
    const facts = lines.map((line) => JSON.parse(line)).filter(({ reference }) => reference)
    assert.deepEqual(
      facts.map(({ vendor, state, reason, alarm, number }) => [vendor, state, reason, alarm, number]),
      [
        ['twilio', 'failed', 'twilio 30007', true, '+9198•••••210'],
        ['fast2sms', 'failed', 'fast2sms failed', undefined, '+9198•••••210'],
      ],
    )
    assert.ok(facts.every(({ requestId }) => requestId?.startsWith('req_')))
    const seen = lines.join('') + (await metrics.expose()).text
    for (const secret of [webhookSecret, '9876543210', authToken]) assert.ok(!seen.includes(secret))
  })
})
