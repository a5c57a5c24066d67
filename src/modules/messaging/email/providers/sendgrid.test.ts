import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { type FakeSendgrid, fakeSendgrid } from '../../../../../test/support/fake-sendgrid.ts'
import { startMessaging } from '../../../../../test/support/start-messaging.ts'

describe('SendGrid', () => {
  let fake: FakeSendgrid
  before(async () => {
    fake = await fakeSendgrid()
  })
  after(() => fake.close())
  beforeEach(() => fake.play('accept'))
  const start = () => startMessaging({ ...fake.env, EMAIL_PROVIDERS: 'sendgrid' })

  it('gets one request with the key in a header, plain text first, our reference, and no tracking', async () => {
    const { mail } = await start()
    await mail()
    const { path, headers, body } = fake.requests.at(-1) ?? assert.fail()
    assert.equal(path, '/v3/mail/send')
    assert.equal(headers.authorization, 'Bearer SG.sendgrid-key-4711')
    const { content, ...rest } = body
    assert.deepEqual(
      (content as { type: string }[]).map(({ type }) => type),
      ['text/plain', 'text/html'],
    )
    const off = { enable: false }
    assert.deepEqual(rest, {
      personalizations: [
        { to: [{ email: 'asha@example.com' }], custom_args: { reference: 'msg_01h455vb4pex5vsknk084sn02q' } },
      ],
      from: { email: 'no-reply@shop.example', name: 'Blinkit' },
      subject: 'Your Blinkit verification code',
      headers: { 'Auto-Submitted': 'auto-generated' },
      categories: ['signInCode'],
      tracking_settings: {
        click_tracking: { enable: false, enable_text: false },
        open_tracking: off,
        subscription_tracking: off,
      },
    })
  })

  const toError = (field: unknown) => ({
    errors: [{ message: 'Does not contain a valid address.', field, help: null }],
  })
  const answers: [status: number, body: unknown, outcome: string, mayHaveSent: boolean, alarm: boolean][] = [
    [400, toError('personalizations.0.to.0.email'), 'rejected', false, false],
    [400, toError('from.email'), 'unavailable', false, true],
    [400, {}, 'unavailable', false, true],
    [400, { errors: 'many' }, 'unavailable', false, true],
    [400, { errors: [null] }, 'unavailable', false, true],
    [401, toError(null), 'unavailable', false, true],
    [403, toError(null), 'unavailable', false, true],
    [413, {}, 'unavailable', false, true],
    [429, {}, 'unavailable', false, false],
    [500, {}, 'unavailable', true, false],
    [503, null, 'unavailable', true, false],
    [302, {}, 'unavailable', true, false],
    [200, {}, 'unavailable', true, false], // the sandbox, which sends nothing
  ]
  for (const [status, body, outcome, mayHaveSent, alarm] of answers) {
    it(`answering ${status} ${JSON.stringify(body)} is ${outcome}${alarm ? ', with an alarm' : ''}`, async () => {
      fake.reply({ status, body })
      const { mail, lines } = await start()
      assert.deepEqual((await mail()).attempts, [{ vendor: 'sendgrid', outcome, mayHaveSent }])
      assert.equal(
        lines.some((line) => line.includes('"alarm":true')),
        alarm,
      )
    })
  }
})
