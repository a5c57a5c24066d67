import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import type { FakeMailVendor } from '../../../test/support/fake-mail.ts'
import { fakeSendgrid } from '../../../test/support/fake-sendgrid.ts'
import { fakeSmtp } from '../../../test/support/fake-smtp.ts'
import { type StartedMessaging, startMessaging } from '../../../test/support/start-messaging.ts'

describe('sending a mail', () => {
  let smtp: FakeMailVendor
  let sendgrid: FakeMailVendor
  let started: StartedMessaging | undefined
  before(async () => {
    ;[smtp, sendgrid] = await Promise.all([fakeSmtp(), fakeSendgrid()])
  })
  after(() => Promise.all([smtp.close(), sendgrid.close()]))
  beforeEach(() => {
    for (const fake of [smtp, sendgrid]) {
      fake.mails.length = 0
      fake.play('accept')
    }
  })
  afterEach(() => started?.messaging.close())
  const start = async (env = {}, options = {}) => {
    started = await startMessaging({ ...smtp.env, ...sendgrid.env, ...env }, options)
    return started
  }
  const mails = () => [...smtp.mails, ...sendgrid.mails]

  it('goes through the first vendor alone when that takes it', async () => {
    const { mail } = await start()
    assert.deepEqual(await mail(), {
      outcome: 'accepted',
      vendor: 'smtp',
      attempts: [{ vendor: 'smtp', outcome: 'accepted', mayHaveSent: true }],
    })
    assert.deepEqual([smtp.mails.length, sendgrid.mails.length], [1, 0])
  })

  it('keeps to the order of EMAIL_PROVIDERS, or to the one that the caller gives, and to configured vendors', async () => {
    const { mail, messaging } = await start({ EMAIL_PROVIDERS: 'sendgrid, smtp' })
    assert.deepEqual(messaging.emailVendors(), [
      { id: 'sendgrid', pricePaise: 5 },
      { id: 'smtp', pricePaise: 0 },
    ])
    assert.equal((await mail()).vendor, 'sendgrid')
    assert.equal((await mail({ vendors: ['pigeon', 'console', 'twilio', 'smtp'] })).vendor, 'smtp')
    const alone = await start({ EMAIL_PROVIDERS: 'sendgrid' })
    assert.equal((await alone.mail({ vendors: ['smtp'] })).outcome, 'unavailable')
    assert.deepEqual(alone.messaging.emailHealth(), {
      sendgrid: { configured: true, circuit: 'closed' },
      smtp: { configured: false, circuit: 'closed' },
    })
  })

  it('carries the same code and reference to the next vendor when the first one fails', async () => {
    smtp.play('busy')
    const { mail } = await start()
    assert.deepEqual((await mail()).attempts, [
      { vendor: 'smtp', outcome: 'unavailable', mayHaveSent: false },
      { vendor: 'sendgrid', outcome: 'accepted', mayHaveSent: true },
    ])
    assert.deepEqual(new Set(mails().map(({ code, reference }) => `${code} ${reference}`)).size, 1)
  })

  it('sends at most two mails, with one code, when vendors take them and never answer', async () => {
    for (const fake of [smtp, sendgrid]) fake.play('hang')
    const { mail } = await start(
      { EMAIL_ATTEMPT_TIMEOUT_MS: '600', EMAIL_PROVIDERS: 'smtp,sendgrid,console' },
      { development: true },
    )
    const result = await mail()
    assert.equal(result.outcome, 'unavailable')
    assert.deepEqual(
      result.attempts.map(({ mayHaveSent }) => mayHaveSent),
      [true, true],
    )
    assert.deepEqual(
      mails().map(({ code }) => code),
      ['123456', '123456'],
    )
  })

  it('ends within the time for all vendors together', async () => {
    for (const fake of [smtp, sendgrid]) fake.play('hang')
    const { mail } = await start({ EMAIL_TOTAL_TIMEOUT_MS: '500' })
    const startedAt = Date.now()
    const { attempts } = await mail()
    assert.ok(Date.now() - startedAt < 3000, 'the first attempt alone has 5 s')
    assert.deepEqual(attempts, [{ vendor: 'smtp', outcome: 'unavailable', mayHaveSent: true }])
  })

  it('prints subject and code in development when no vendor is set up, with the address masked', async () => {
    const { mail, printed, messaging } = await startMessaging({}, { development: true })
    assert.deepEqual(messaging.emailVendors(), [{ id: 'console', pricePaise: 0 }])
    assert.equal((await mail()).vendor, 'console')
    await mail({ template: 'accountDeleted', values: { at: 0 } })
    assert.deepEqual(printed, [
      'E-mail for a•••@example.com: Your Blinkit verification code · your code is 123456',
      'E-mail for a•••@example.com: Your Blinkit account was deleted',
    ])
  })

  it('is unavailable outside development when no vendor is set up, and prints nothing', async () => {
    const { mail, printed, messaging } = await startMessaging({})
    assert.deepEqual(messaging.emailVendors(), [])
    assert.deepEqual(await mail({ vendors: ['console', 'smtp'] }), { outcome: 'unavailable', attempts: [] })
    assert.deepEqual(printed, [])
  })

  it('uses no vendor without a sender, and says so once of each that is set up', async () => {
    const { messaging, lines } = await start({ EMAIL_FROM: '' })
    assert.deepEqual(messaging.emailVendors(), [])
    const warnings = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'warn')
    assert.deepEqual(
      warnings.map(({ vendor, missing, msg }) => [vendor, missing, msg]),
      [
        ['smtp', ['EMAIL_FROM'], 'e-mail vendor is not used: settings are missing'],
        ['sendgrid', ['EMAIL_FROM'], 'e-mail vendor is not used: settings are missing'],
      ],
    )
  })

  it('counts attempts apart from those of SMS, by vendor, outcome and kind, and names vendors as people do', async () => {
    smtp.play('refuse')
    const { mail, metrics, messaging } = await start()
    await mail()
    const { text } = await metrics.expose()
    assert.match(text, /email_sends_total\{vendor="smtp",outcome="unavailable",template="signInCode"\} 1/)
    assert.match(text, /email_sends_total\{vendor="sendgrid",outcome="accepted",template="signInCode"\} 1/)
    assert.match(text, /email_alarms_total\{vendor="smtp"\} 1/)
    assert.doesNotMatch(text, /sms_(?:sends|alarms)_total\{/)
    assert.deepEqual(['smtp', 'sendgrid', 'twilio', 'pigeon'].map(messaging.labelOf), [
      'SMTP',
      'SendGrid',
      'Twilio',
      'pigeon',
    ])
  })

  it('states the life of a code, and the shop as its settings name it', async () => {
    const { mail } = await start({ EMAIL_FROM_NAME: 'Corner & Shop' })
    await mail()
    assert.match(smtp.mails[0]?.text ?? '', /continue with Corner & Shop:.*valid for 5 minutes/s)
    assert.match(smtp.mails[0]?.html ?? '', /Corner &amp; Shop/)
  })
})
