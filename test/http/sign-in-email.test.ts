import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { seconds } from '../support/clock.ts'
import { type FakeSendgrid, fakeSendgrid, sendgridEvent, sendgridEvents } from '../support/fake-sendgrid.ts'
import { inParallel, kinds, type Service, aService as start, statuses } from '../support/service.ts'

const email = 'asha@example.com'

for (const { name, redis, skip } of kinds) {
  describe(`signing in by e-mail, ${name} store`, { skip }, () => {
    let mail: FakeSendgrid
    let service: Service
    before(async () => {
      mail = await fakeSendgrid()
    })
    after(() => mail.close())
    beforeEach(async () => {
      mail.play('accept')
      service = await start({ redis, env: mail.env })
    })
    afterEach(() => service.end())

    const send = (body: object = { email }, options = {}) => service.call('POST', '/api/send-otp', { ...options, body })
    const verify = (otp: unknown, body: object = { email }, options = {}) =>
      service.call('POST', '/api/verify-otp', { ...options, body: { ...body, otp } })
    const codeFor = (address = email) => mail.lastCode(address) as string
    const wrongFor = (address = email) => String((Number(codeFor(address)) + 1) % 1_000_000).padStart(6, '0')

    test('the code from the mail signs in, once, and makes an account with that address', async () => {
      const sent = await send()
      assert.equal(sent.status, 200)
      assert.equal(sent.body.message, 'E-mail sent successfully via SendGrid')
      assert.equal(sent.body.provider, 'sendgrid')
      assert.equal(sent.body.otp, undefined)
      assert.equal(service.vendor.requests.length, 0, 'no SMS')

      const { status, body } = await verify(codeFor())
      assert.equal(status, 200)
      assert.equal(body.user.email, email)
      assert.equal(body.user.phone, null)
      assert.equal((await verify(codeFor())).status, 400)

      service.clock.pass(seconds(31))
      await send()
      const again = await verify(codeFor())
      assert.deepEqual([again.body.user.id, again.body.isNewUser], [body.user.id, false])
    })

    test('all spellings of an address are one identity with one budget', async () => {
      await send({ email: ' Asha@Example.COM' })
      const mails = mail.mails.length
      const { status, body } = await send({ email: 'ASHA@example.com' })
      assert.equal(status, 200)
      assert.match(body.message, /on its way/)
      assert.equal(mail.mails.length, mails)
      assert.equal((await verify(codeFor(), { email: 'asha@EXAMPLE.com' })).status, 200)
    })

    test('the rules of codes hold for addresses as for numbers: five wrong ones close it, one of 50 right ones gets in', async () => {
      await send()
      const answers = []
      for (let at = 0; at < 6; at += 1) answers.push(await verify(wrongFor()))
      assert.deepEqual(
        answers.map(({ body }) => body.triesLeft ?? body.code),
        [4, 3, 2, 1, 'otp.locked', 'otp.locked'],
      )
      assert.equal((await verify(codeFor())).status, 400)

      const other = 'ben@example.com'
      await send({ email: other })
      const code = codeFor(other)
      const all = statuses(await inParallel(50, () => verify(code, { email: other })))
      assert.deepEqual([all[200], (all[400] ?? 0) + (all[429] ?? 0)], [1, 49])
    })

    test('a code for a number opens no address, nor the other way round', async () => {
      await send()
      await service.send('9876543210')
      const sms = service.codeFor('9876543210')
      assert.equal((await verify(sms === codeFor() ? wrongFor() : sms)).status, 400)
      assert.equal((await service.verify('9876543210', sms === codeFor() ? '000000' : codeFor())).status, 400)
    })

    test('what is no address, or both, or neither, is refused before anything is sent', async () => {
      const before = mail.calls()
      for (const wrong of ['asha', 'asha@shop', 'a@b.c,d@e.f', 'Asha <a@b.com>', 'a@b.com\nBcc: c@d.com', '@', ' ']) {
        const { status, body } = await send({ email: wrong })
        assert.deepEqual([status, body.code], [400, 'otp.email_invalid'], wrong)
      }
      assert.equal((await send({ email: 5 })).body.code, 'otp.email_invalid')
      assert.equal((await send({})).body.code, 'otp.phone_required')
      assert.equal((await send({ email, phoneNumber: '9876543210' })).body.code, 'request.malformed')
      assert.equal((await verify('123456', {})).body.code, 'otp.code_required')
      assert.equal(mail.calls(), before)
    })

    test('says so when no mail can be sent, and keeps no code', async () => {
      mail.play('busy')
      const { status, body } = await send()
      assert.deepEqual([status, body.code], [503, 'email.unavailable'])
      mail.play('reject')
      assert.deepEqual([(await send()).status, (await send()).body.code], [400, 'email.rejected'])
      assert.doesNotMatch(service.logged(), /asha@|is no address/)
    })

    test('status tells whoever asked for it, with what the vendor reports', async () => {
      const { challengeId } = (await send()).body
      const seen = mail.mails.at(-1)
      assert.ok(seen)
      const path = `/api/otp-status/${encodeURIComponent(email)}`
      assert.equal((await service.call('GET', path)).body.data.exists, true)
      const events = sendgridEvents([sendgridEvent(seen, 'delivered')], service.clock.now())
      const { statusCode } = await service.app.server.inject(events)
      assert.equal(statusCode, 204)
      const status = await service.call('GET', `${path}?challengeId=${challengeId}`, { from: '203.0.113.9' })
      assert.equal(status.body.data.delivery, 'delivered')
      assert.equal((await service.call('GET', path, { from: '203.0.113.9' })).body.data.exists, false)
    })

    test('no address stands whole in the log, the metrics or the store', async () => {
      await send()
      await verify(wrongFor())
      await verify(codeFor())
      const metrics = await service.call('GET', '/metrics')
      const everything = [service.logged(), metrics.text, redis ? await service.dump() : ''].join('\n')
      assert.doesNotMatch(everything, /asha@example/)
      assert.match(service.logged(), /a•••@example\.com/)
    })
  })
}
