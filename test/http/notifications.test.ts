import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { seconds } from '../support/clock.ts'
import { type FakeSendgrid, fakeSendgrid } from '../support/fake-sendgrid.ts'
import { aService, kinds, type Service } from '../support/service.ts'

for (const { name, redis, skip } of kinds) {
  describe(`letters about an account, ${name} store`, { skip }, () => {
    let mail: FakeSendgrid
    let service: Service
    let signed: { headers: { authorization: string } }
    const former = 'asha@example.com'
    const next = 'asha.k@example.org'
    before(async () => {
      mail = await fakeSendgrid()
    })
    after(() => mail.close())
    beforeEach(async () => {
      mail.play('accept')
      mail.mails.length = 0
      service = await aService({ redis, env: mail.env })
      const { accessToken } = (await enter(former)).body
      signed = { headers: { authorization: `Bearer ${accessToken}` } }
      await service.call('PATCH', '/api/me', { ...signed, body: { name: 'Asha', locale: 'hi' } })
    })
    afterEach(async () => {
      for (const email of [former, next]) await eraseAccount(email)
      await service.jobsAreDone()
      await service.end()
    })

    const send = async (email: string) => {
      service.clock.pass(seconds(301))
      await service.call('POST', '/api/send-otp', { body: { email } })
      return mail.lastCode(email) as string
    }
    const enter = async (email: string) =>
      service.call('POST', '/api/verify-otp', { body: { email, otp: await send(email) } })
    async function link(email: string) {
      const otp = await send(email)
      if (email !== former) await service.call('POST', '/api/send-otp', { body: { email: former } })
      const current = { otp: mail.lastCode(former) }
      return service.call('POST', '/api/me/email', { ...signed, body: { email, otp, current } })
    }
    async function eraseAccount(email: string) {
      const { accessToken } = (await enter(email)).body
      const headers = { authorization: `Bearer ${accessToken}` }
      return service.call('DELETE', '/api/me', { headers, body: { otp: await send(email) } })
    }
    const letters = () => mail.mails.filter(({ code }) => code === undefined)
    const restingJobs = async () => {
      const { rows } = await service.database.executeSql(`select data from pgboss.job where name like 'account.%'`)
      return JSON.stringify(rows)
    }

    test('the address that another one replaced is told, in the language of its owner, without the whole new one', async () => {
      assert.equal((await link(next)).status, 200)
      await service.jobsAreDone()
      const [letter, ...others] = letters()
      assert.ok(letter)
      assert.deepEqual([others.length, letter.to], [0, former])
      assert.match(letter.text, /नमस्ते Asha/)
      assert.match(letter.text, /a•••@example\.org/)
      assert.doesNotMatch(letter.text, /asha\.k/)
    })

    test('nobody is told of an address that was linked again', async () => {
      assert.equal((await link(former)).status, 200)
      await service.jobsAreDone()
      assert.equal(letters().length, 0)
    })

    test('whoever deletes the account has it confirmed, though no address of his rests anywhere', async () => {
      const { status } = await service.call('DELETE', '/api/me', { ...signed, body: { otp: await send(former) } })
      assert.equal(status, 200)
      await service.jobsAreDone()
      assert.deepEqual(
        letters().map(({ to }) => to),
        [former],
      )
      assert.doesNotMatch(await restingJobs(), /asha/i)
      assert.doesNotMatch(service.logged(), /asha@/)
    })
  })
}

describe('letters without e-mail vendors', () => {
  test('are not written, nothing waits for them, and others learn of a deletion all the same', async (context) => {
    const service = await aService()
    context.after(() => service.end())
    await service.send('9811100001')
    const { body } = await service.verify('9811100001', service.codeFor('9811100001'))
    const headers = { authorization: `Bearer ${body.accessToken}` }
    const tip = await service.call('PUT', '/api/cart/tip', { headers, body: { tipPaise: 1000 } })
    assert.equal(tip.status, 200)
    service.clock.pass(seconds(31))
    await service.send('9811100001')
    const otp = service.codeFor('9811100001')
    assert.equal((await service.call('DELETE', '/api/me', { headers, body: { otp } })).status, 200)
    await service.jobsAreDone()
    const carts = await service.database.raw('select from carts where user_id = $1', [body.user.id])
    assert.equal(carts.rows.length, 0)
  })
})
