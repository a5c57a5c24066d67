import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { registerHooks } from 'node:module'
import { type AddressInfo, createServer } from 'node:net'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import tls from 'node:tls'
import { fakeSendgrid } from '../../../../../test/support/fake-sendgrid.ts'
import { type FakeSmtp, fakeSmtp, refused } from '../../../../../test/support/fake-smtp.ts'
import { type StartedMessaging, startMessaging } from '../../../../../test/support/start-messaging.ts'

/** A certificate for this machine, valid for a day. */
function certificate(): { key: string; cert: string } | undefined {
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1']
  try {
    const pem = execFileSync('openssl', ['req', '-x509', ...kind, ...names, '-keyout', '-'], {
      stdio: 'pipe',
    }).toString()
    const [key = '', cert = ''] = pem.match(/-----BEGIN .*?-----END [A-Z ]+-----/gs) ?? []
    return { key, cert }
  } catch {
    return undefined
  }
}

const loaded: string[] = []
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'nodemailer') loaded.push(context.parentURL ?? '')
    return next(specifier, context)
  },
})

const silent = (lines: readonly string[]) => !lines.some((line) => line.includes('"alarm":true'))

describe('SMTP', () => {
  let fake: FakeSmtp
  let started: StartedMessaging
  before(async () => {
    fake = await fakeSmtp()
  })
  after(() => fake.close())
  beforeEach(() => {
    fake.mails.length = 0
    fake.raw.length = 0
    fake.play('accept')
  })
  afterEach(() => started.messaging.close())

  const start = async (env: Record<string, string> = {}) => {
    started = await startMessaging({ ...fake.env, EMAIL_PROVIDERS: 'smtp', ...env })
    return started
  }
  const reasonIn = (lines: readonly string[]) => lines.map((line) => JSON.parse(line).reason).find(Boolean)

  it('is loaded by the first mail that it has to send, and not before', async () => {
    const sendgrid = await fakeSendgrid()
    await start({ ...sendgrid.env, EMAIL_PROVIDERS: 'sendgrid,smtp' })
    assert.equal((await started.mail()).vendor, 'sendgrid')
    assert.deepEqual(loaded, [])
    assert.equal((await started.mail({ vendors: ['smtp'] })).vendor, 'smtp')
    assert.equal(loaded.length, 1)
    await sendgrid.close()
  })

  it('gets both texts, the name of the shop and an id made of our reference, the same at each try', async () => {
    await start({ EMAIL_FROM_NAME: 'Shöp, 24' })
    await started.mail()
    await started.mail()
    const [mail = '', again = ''] = fake.raw
    assert.match(mail, /^From: =\?UTF-8\?.*\?= <no-reply@shop\.example>\r$/m)
    assert.match(mail, /^To: asha@example\.com\r$/m)
    assert.match(mail, /^Content-Type: multipart\/alternative;/m)
    assert.match(mail, /text\/plain.*text\/html/s)
    assert.match(mail, /^Auto-Submitted: auto-generated\r$/m)
    const id = /^Message-ID: (.*)\r$/m
    assert.equal(id.exec(mail)?.[1], '<msg_01h455vb4pex5vsknk084sn02q@shop.example>')
    assert.equal(id.exec(again)?.[1], id.exec(mail)?.[1])
  })

  it('keeps one connection for mails one after the other, five at most for many, and none once closed', async () => {
    await start()
    for (let count = 0; count < 3; count += 1) await started.mail()
    assert.equal(fake.connections(), 1)
    const results = await Promise.all(Array.from({ length: 20 }, () => started.mail()))
    assert.ok(results.every(({ outcome }) => outcome === 'accepted'))
    assert.equal(fake.mails.length, 23)
    assert.ok(fake.connections() <= 5)
    await started.messaging.close()
    for (let tries = 0; fake.connections() > 0 && tries < 50; tries += 1) await pause(20)
    assert.equal(fake.connections(), 0)
  })

  it('loses no mail and sends none twice when the server has dropped an idle connection', async () => {
    await start()
    await started.mail()
    fake.dropConnections()
    assert.equal((await started.mail()).outcome, 'accepted')
    assert.equal(fake.mails.length, 2)
  })

  it('finishes a mail on its way when it is closed', async () => {
    await start()
    await started.mail()
    const mail = started.mail()
    await pause(0)
    await started.messaging.close()
    assert.equal((await mail).outcome, 'accepted')
  })

  const answers: [
    what: string,
    said: Parameters<FakeSmtp['say']>[0],
    outcome: string,
    reason: string,
    alarm: boolean,
  ][] = [
    ['no such user', { recipient: refused(550, '5.1.1 nobody') }, 'rejected', 'smtp 550 5.1.1', false],
    ['a full mailbox', { recipient: refused(552, '5.2.2 full') }, 'rejected', 'smtp 552 5.2.2', false],
    ['a plain 550 to the recipient', { recipient: refused(550, 'no') }, 'rejected', 'smtp 550', false],
    ['no relaying', { recipient: refused(554, '5.7.1 relay denied') }, 'unavailable', 'smtp 554 5.7.1', true],
    ['a busy mailbox', { recipient: refused(450, '4.2.1 later') }, 'unavailable', 'smtp 450 4.2.1', false],
    ['a plain 451 to the mail', { mail: refused(451, 'later') }, 'unavailable', 'smtp 451', false],
    ['a mail that looks like spam', { mail: refused(554, '5.7.1 spam') }, 'unavailable', 'smtp 554 5.7.1', true],
    ['a plain 550 to the mail', { mail: refused(550, 'no') }, 'unavailable', 'smtp 550', true],
    ['no such user, after the mail', { mail: refused(550, '5.1.1 nobody') }, 'rejected', 'smtp 550 5.1.1', false],
    ['a wrong password', { login: refused(535, '5.7.8 wrong') }, 'unavailable', 'smtp 535 5.7.8', true],
    ['a login that is down', { login: refused(454, '4.7.0 later') }, 'unavailable', 'smtp 454 4.7.0', false],
  ]
  for (const [what, said, outcome, reason, alarm] of answers) {
    it(`that answers with ${what} is ${outcome}, has sent nothing${alarm ? ', and is an alarm' : ''}`, async () => {
      fake.say(said)
      const { lines, mail } = await start()
      assert.deepEqual((await mail()).attempts, [{ vendor: 'smtp', outcome, mayHaveSent: false }])
      assert.equal(reasonIn(lines), reason)
      assert.equal(silent(lines), !alarm)
    })
  }

  it('stays in use while recipients are refused: nobody can switch it off so', async () => {
    const { mail, messaging } = await start()
    for (const recipient of [refused(450, '4.2.1 later'), refused(554, '5.7.1 no')]) {
      fake.say({ recipient })
      for (let count = 0; count < 6; count += 1) await mail()
    }
    assert.equal(messaging.emailHealth()['smtp']?.circuit, 'closed')
  })

  it('has sent nothing when nobody listens or nobody greets', async () => {
    const mute = createServer(() => undefined).listen(0, '127.0.0.1')
    await once(mute, 'listening')
    const { port } = mute.address() as AddressInfo
    const closed = await fakeSmtp()
    await closed.close()
    const cases: [env: Record<string, string>, reason: RegExp][] = [
      [{ SMTP_PORT: closed.env['SMTP_PORT'] ?? '' }, /^smtp ECONNREFUSED$/],
      [{ SMTP_PORT: String(port) }, /^smtp timeout$/],
    ]
    for (const [env, reason] of cases) {
      const { mail, lines, messaging } = await start(env)
      assert.deepEqual((await mail()).attempts, [{ vendor: 'smtp', outcome: 'unavailable', mayHaveSent: false }])
      assert.match(reasonIn(lines), reason)
      assert.ok(silent(lines))
      await messaging.close()
    }
    mute.close()
  })

  it('gives the id under which the server queued the mail', async () => {
    const queueing = await fakeSmtp({
      onData: (stream, _session, done) => stream.resume().on('end', () => done(null, '2.0.0 Ok: queued as 4F2A1B3C')),
    })
    const { mail, messaging } = await start(queueing.env)
    assert.equal((await mail()).vendorReference, '4F2A1B3C')
    await messaging.close()
    await queueing.close()
  })

  it('is measured as every vendor is', async () => {
    const { mail, metrics } = await start()
    await mail()
    const { text } = await metrics.expose()
    assert.match(text, /vendor_request_duration_seconds_count\{vendor="smtp",status="accepted"\} 1/)
  })
})

describe('SMTP with encryption', () => {
  const own = certificate()
  const skip = own ? false : 'openssl is missing: no certificate for this machine'
  const bySecurity = { starttls: { secure: false, disabledCommands: [] }, tls: { secure: true } }

  const attempt = async (fake: FakeSmtp, env: Record<string, string>) => {
    const { mail, messaging, lines } = await startMessaging({ ...fake.env, EMAIL_PROVIDERS: 'smtp', ...env })
    const result = await mail()
    await messaging.close()
    await fake.close()
    return { ...result, lines }
  }

  for (const [security, options] of Object.entries(bySecurity)) {
    it(`sends by ${security} to a server whose certificate is vouched for`, { skip }, async () => {
      const known = tls.getCACertificates('default')
      tls.setDefaultCACertificates([...known, own?.cert ?? ''])
      const fake = await fakeSmtp({ ...own, ...options, allowInsecureAuth: false })
      const { outcome } = await attempt(fake, { SMTP_SECURITY: security, SMTP_HOST: 'localhost' })
      tls.setDefaultCACertificates(known)
      assert.equal(outcome, 'accepted')
      assert.equal(fake.mails.length, 1)
    })

    it(`sends nothing by ${security} to a server that nobody vouches for, and raises an alarm`, { skip }, async () => {
      const fake = await fakeSmtp({ ...own, ...options })
      const { attempts, lines } = await attempt(fake, { SMTP_SECURITY: security, SMTP_HOST: 'localhost' })
      assert.deepEqual(attempts, [{ vendor: 'smtp', outcome: 'unavailable', mayHaveSent: false }])
      assert.ok(!silent(lines))
      assert.equal(fake.mails.length, 0)
    })

    it(`sends neither login nor mail by ${security} to a server without encryption, and raises an alarm`, async () => {
      const fake = await fakeSmtp()
      const { attempts, lines } = await attempt(fake, { SMTP_SECURITY: security })
      assert.deepEqual(attempts, [{ vendor: 'smtp', outcome: 'unavailable', mayHaveSent: false }])
      assert.ok(!silent(lines))
      assert.equal(fake.calls(), 0)
    })
  }
})
