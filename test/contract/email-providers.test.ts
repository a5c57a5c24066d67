import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { emailProviders, smsProviders } from '../../src/modules/messaging/index.ts'
import { type DeclaredSetting, namesOf } from '../../src/platform/config/section.ts'
import type { FakeMailVendor, MailPlay } from '../support/fake-mail.ts'
import { fakeSendgrid } from '../support/fake-sendgrid.ts'
import { fakeSmtp } from '../support/fake-smtp.ts'
import { type StartedMessaging, startMessaging } from '../support/start-messaging.ts'
import { allowed } from '../support/time-limits.ts'

/** A stand-in for each vendor with a wire. */
const standIns: Record<string, () => Promise<FakeMailVendor>> = { smtp: fakeSmtp, sendgrid: fakeSendgrid }
const plays: MailPlay[] = ['accept', 'reject', 'refuse', 'busy', 'hang', 'reset']
const wanted = { to: 'asha@example.com', code: '123456', reference: 'msg_01h455vb4pex5vsknk084sn02q' }

describe('every e-mail provider', () => {
  it('has a row in this suite if it sends to anybody', () => {
    const real = emailProviders.filter(({ developmentOnly }) => !developmentOnly).map(({ id }) => id)
    assert.deepEqual(real.sort(), Object.keys(standIns).sort())
  })

  it('shares its id with no vendor of either kind, because receipts and settings go by it', () => {
    const real = [...smsProviders, ...emailProviders].filter(({ developmentOnly }) => !developmentOnly)
    assert.equal(new Set(real.map(({ id }) => id)).size, real.length)
  })

  for (const { id, settings, missing } of emailProviders) {
    describe(id, () => {
      const declared = Object.values(settings.settings.properties) as unknown as DeclaredSetting[]

      it('explains each of its settings, and hides those that are secret', () => {
        for (const each of declared) {
          const [name = ''] = namesOf(each)
          assert.match(name, /^[A-Z][A-Z0-9_]+$/)
          assert.ok(each.description.length > 10, name)
          assert.equal(each.secret ?? false, /(TOKEN|SECRET|API_KEY|PASSWORD)$/.test(name), name)
        }
      })

      it('names what it lacks when nothing is set, unless it needs nothing', () => {
        const properties = Object.entries(settings.settings.properties)
        const defaults = properties.map(([key, schema]) => [key, (schema as unknown as DeclaredSetting).default])
        const names = declared.flatMap((each) => namesOf(each))
        const gaps = missing(Object.fromEntries(defaults))
        assert.equal(gaps.length > 0, declared.length > 0)
        for (const gap of gaps) assert.ok(names.includes(gap), gap)
      })
    })
  }

  for (const [id, standIn] of Object.entries(standIns)) {
    describe(`${id}, called`, () => {
      let fake: FakeMailVendor
      let other: FakeMailVendor
      let started: StartedMessaging
      before(async () => {
        fake = await standIn()
        other = await (id === 'smtp' ? fakeSendgrid : fakeSmtp)()
      })
      after(() => Promise.all([fake.close(), other.close()]))
      beforeEach(() => {
        fake.mails.length = 0
        other.mails.length = 0
      })
      const otherId = id === 'smtp' ? 'sendgrid' : 'smtp'
      const start = async (play: MailPlay) => {
        fake.play(play)
        started = await startMessaging({
          ...other.env,
          ...fake.env,
          EMAIL_PROVIDERS: `${id},${otherId}`,
          EMAIL_ATTEMPT_TIMEOUT_MS: '1000',
        })
      }
      const mailBy = async (play: MailPlay, vendors = [id]) => {
        await start(play)
        const result = await started.mail({ vendors })
        await started.messaging.close()
        return result
      }

      it('passes on address, sender, subject, both texts and our reference, in one mail', async () => {
        const { outcome, attempts } = await mailBy('accept')
        assert.deepEqual([outcome, attempts.length], ['accepted', 1])
        const [mail, ...more] = fake.mails
        assert.deepEqual(more, [])
        assert.deepEqual({ to: mail?.to, code: mail?.code, reference: mail?.reference }, wanted)
        assert.deepEqual([mail?.from, mail?.subject], ['no-reply@shop.example', 'Your Blinkit verification code'])
        assert.match(mail?.html ?? '', /123456/)
      })

      it('carries Hindi whole', async () => {
        await start('accept')
        await started.mail({ vendors: [id], locale: 'hi' })
        await started.messaging.close()
        assert.equal(fake.mails[0]?.subject, 'आपका Blinkit सत्यापन कोड')
        assert.match(fake.mails[0]?.text ?? '', /यह 5 मिनट तक मान्य है।/)
        assert.match(fake.mails[0]?.html ?? '', /यह 5 मिनट तक मान्य है।/)
      })

      it('lets no shop, person or device write a header', async () => {
        await start('accept')
        const name = 'Asha\r\nBcc: everybody@example.com\r\n\r\n<script>'
        await started.mail({
          vendors: [id],
          template: 'newSignIn',
          values: { name, at: 0, device: name },
        })
        await started.messaging.close()
        const [mail] = fake.mails
        assert.equal(mail?.to, 'asha@example.com')
        assert.equal(mail?.subject, 'New sign-in to your Blinkit account')
        assert.match(mail?.text ?? '', /^Hello Asha Bcc: everybody@example\.com <script>,\r?\n/)
      })

      it('rejects an address that does not exist, and nobody else is asked', async () => {
        const result = await mailBy('reject', [id, otherId])
        assert.deepEqual(result.attempts, [{ vendor: id, outcome: 'rejected', mayHaveSent: false }])
        assert.deepEqual(other.mails, [])
      })

      it('is unavailable and has sent nothing when it refuses us, and the next vendor sends', async () => {
        const result = await mailBy('refuse', [id, otherId])
        assert.deepEqual(result.attempts, [
          { vendor: id, outcome: 'unavailable', mayHaveSent: false },
          { vendor: otherId, outcome: 'accepted', mayHaveSent: true },
        ])
        assert.ok(started.lines.some((line) => line.includes('"alarm":true')))
      })

      it('is unavailable without an alarm when it is busy, and the next vendor sends the same', async () => {
        const result = await mailBy('busy', [id, otherId])
        assert.deepEqual([result.outcome, result.vendor], ['accepted', otherId])
        assert.deepEqual([other.mails[0]?.code, other.mails[0]?.reference], [wanted.code, wanted.reference])
        assert.ok(!started.lines.some((line) => line.includes('"alarm":true')))
      })

      for (const play of ['hang', 'reset'] as const) {
        it(`is unavailable and may have sent after a mail that ends in a ${play}, which it does not repeat`, async () => {
          const startedAt = Date.now()
          const result = await mailBy(play)
          assert.deepEqual(result.attempts, [{ vendor: id, outcome: 'unavailable', mayHaveSent: true }])
          assert.equal(fake.mails.length, 1)
          assert.ok(Date.now() - startedAt < allowed(4000))
        })
      }

      it('leaks no code, address, key or text of its own into logs and metrics', async () => {
        for (const play of plays) {
          await mailBy(play)
          const seen = started.lines.join('') + (await started.metrics.expose()).text
          assert.match(seen, /a•••@example\.com/)
          assert.doesNotMatch(seen, /(?<![\d.])123456(?!\d)/) // not digits of a time that was measured
          for (const secret of ['asha@', 'verification', 'mailbox', 'Authenticate', ...secretsOf(id, fake.env)])
            assert.ok(!seen.includes(secret), secret)
        }
      })

      it('takes no receipt that it cannot check', () => {
        const provider = emailProviders.find((each) => each.id === id)
        const call = { url: 'https://api.shop.example/x', query: new URLSearchParams(), headers: {}, receivedAt: 0 }
        const body = '[{"event":"bounce","email":"asha@example.com","reference":"msg_1"}]'
        if (!provider?.readReceipt) return
        for (const secret of ['', 'undefined', 'null'])
          assert.equal(provider.readReceipt({ ...call, body, secret }, {}), 'forged')
      })
    })
  }
})

/** The values of a vendor's secret settings. */
function secretsOf(id: string, env: Record<string, string>): string[] {
  const section = emailProviders.find((provider) => provider.id === id)?.settings
  const declared = Object.values(section?.settings.properties ?? {}) as unknown as DeclaredSetting[]
  const secrets = declared.filter(({ secret }) => secret).flatMap((each) => namesOf(each))
  assert.ok(secrets.length > 0)
  return secrets.flatMap((name) => env[name] ?? [])
}
