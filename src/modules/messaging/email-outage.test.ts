import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type FakeSendgrid, fakeSendgrid } from '../../../test/support/fake-sendgrid.ts'
import { type FakeSmtp, fakeSmtp } from '../../../test/support/fake-smtp.ts'
import { type StartedMessaging, startMessaging } from '../../../test/support/start-messaging.ts'

describe('while a mail vendor is down', () => {
  let smtp: FakeSmtp
  let sendgrid: FakeSendgrid
  let started: StartedMessaging
  const start = async (env = {}) => {
    started = await startMessaging({ ...smtp.env, ...sendgrid.env, ...env })
  }
  beforeEach(async () => {
    ;[smtp, sendgrid] = await Promise.all([fakeSmtp(), fakeSendgrid()])
    await start()
  })
  afterEach(() => Promise.all([started.messaging.close(), smtp.close(), sendgrid.close()]))

  const order = () => started.messaging.emailVendors().map(({ id }) => id)
  const circuit = () => started.messaging.emailHealth()['smtp']?.circuit
  const trip = async () => {
    smtp.play('busy')
    for (let count = 0; count < 5; count += 1) await started.mail()
  }

  it('leaves it alone after five failures, puts it last, and says so', async () => {
    await trip()
    await started.mail()
    assert.equal(smtp.calls(), 5)
    assert.deepEqual(order(), ['sendgrid', 'smtp'])
    assert.equal(circuit(), 'open')
    assert.match((await started.metrics.expose()).text, /email_circuit_state\{vendor="smtp"\} 2/)
    assert.ok(started.lines.some((line) => line.includes('circuit of an e-mail vendor changed')))
  })

  it('takes it back by one probe, and loses no mail meanwhile', async () => {
    await start({ EMAIL_BREAKER_OPEN_SECONDS: '1' })
    await trip()
    await pause(1050)
    assert.equal(circuit(), 'half-open')
    const before = smtp.calls()
    smtp.play('accept')
    const results = await Promise.all(Array.from({ length: 20 }, () => started.mail({ vendors: ['smtp', 'sendgrid'] })))
    assert.equal(smtp.calls() - before, 1)
    assert.ok(results.every(({ outcome }) => outcome === 'accepted'))
    assert.equal(circuit(), 'closed')
  })

  it('leaves SMS vendors and their circuits as they were', async () => {
    const before = started.messaging.health()
    sendgrid.play('busy')
    await trip()
    assert.deepEqual(started.messaging.health(), before)
    assert.deepEqual(Object.keys(before), ['twilio', 'fast2sms'])
  })

  it('sends by the next vendor when the mail server is gone altogether, and again by it when it is back', async () => {
    const port = Number(smtp.env['SMTP_PORT'])
    await started.mail()
    await smtp.close()
    assert.deepEqual((await started.mail()).attempts, [
      { vendor: 'smtp', outcome: 'unavailable', mayHaveSent: false },
      { vendor: 'sendgrid', outcome: 'accepted', mayHaveSent: true },
    ])
    smtp = await fakeSmtp({}, port)
    assert.equal((await started.mail()).vendor, 'smtp')
  })

  it('is unavailable at once when the circuits of all vendors are open', async () => {
    sendgrid.play('busy')
    await trip()
    const before = sendgrid.calls()
    assert.deepEqual(await started.mail(), { outcome: 'unavailable', attempts: [] })
    assert.equal(sendgrid.calls(), before)
  })
})
