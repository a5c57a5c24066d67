import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { seconds } from '../support/clock.ts'
import { aService, kinds, type Service } from '../support/service.ts'

const numbers = Array.from({ length: 40 }, (_, at) => String(9_810_000_000 + at * 1000))
/** Nobody has it yet: accounts outlive a test. */
const newNumber = () => numbers.pop() as string

for (const { name, redis, skip } of kinds) {
  describe(`what a right code opens, ${name} store`, { skip }, () => {
    let service: Service
    beforeEach(async () => {
      service = await aService({ redis })
    })
    afterEach(() => service.end())

    const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
    async function signIn(number: string, fields: object = {}, from = '10.0.0.1') {
      service.clock.pass(seconds(31))
      await service.send(number, { from })
      const otp = service.codeFor(number)
      return service.call('POST', '/api/verify-otp', { from, body: { phoneNumber: number, otp, ...fields } })
    }

    test('the first sign-in makes the account, the next ones open further sessions in it', async () => {
      const number = newNumber()
      const first = await signIn(number)
      assert.equal(first.status, 200)
      assert.equal(first.body.isNewUser, true)
      assert.equal(first.body.user.phone, `+91${number}`)
      assert.deepEqual(first.body.user.roles, ['customer'])
      const second = await signIn(number)
      assert.deepEqual([second.body.isNewUser, second.body.user.id], [false, first.body.user.id])
      const sessions = await service.call('GET', '/api/auth/sessions', bearer(second.body.accessToken))
      assert.equal(sessions.body.sessions.length, 2)
    })

    test('the access token opens /api/me, the refresh token gets the next pair', async () => {
      const { body } = await signIn(newNumber(), { device: { name: "Asha's phone", platform: 'android' } })
      assert.equal((await service.call('GET', '/api/me', bearer(body.accessToken))).body.user.id, body.user.id)
      const refreshed = await service.call('POST', '/api/auth/refresh', { body: { refreshToken: body.refreshToken } })
      assert.equal(refreshed.status, 200)
      assert.equal((await service.call('GET', '/api/me', bearer(refreshed.body.accessToken))).status, 200)
      const { status, headers } = await service.call('GET', '/api/me')
      assert.equal(status, 401)
      assert.match(String(headers['www-authenticate']), /^Bearer/)
      const devices = await service.call('GET', '/api/me/devices', bearer(body.accessToken))
      assert.equal(devices.body.devices[0].name, "Asha's phone")
    })

    test('an e-mail address is linked, and the account deleted, with a fresh code only', async () => {
      const number = newNumber()
      const { body } = await signIn(number)
      const signed = bearer(body.accessToken)
      const refused = await service.call('DELETE', '/api/me', { ...signed, body: { otp: '000000' } })
      assert.equal(refused.status, 400)
      service.clock.pass(seconds(31))
      await service.send(number)
      const gone = await service.call('DELETE', '/api/me', { ...signed, body: { otp: service.codeFor(number) } })
      assert.equal(gone.status, 200, gone.text)
      assert.equal((await service.call('GET', '/api/me', signed)).status, 401)
      const anew = await signIn(number)
      assert.deepEqual([anew.body.isNewUser, anew.body.user.id === body.user.id], [true, false])
    })

    test('a device that is not one, or has no name, is refused before a try is used', async () => {
      const number = newNumber()
      await service.send(number)
      const body = { phoneNumber: number, otp: service.codeFor(number) }
      for (const device of [{ id: 'short' }, { name: ' ' }, { name: 'a\nb' }, { platform: 'toaster' }, 'phone', []])
        assert.equal((await service.call('POST', '/api/verify-otp', { body: { ...body, device } })).status, 400)
      const right = await service.call('POST', '/api/verify-otp', { body: { ...body, device: null, cookies: null } })
      assert.equal(right.status, 200)
    })

    test('tokens are in no log', async () => {
      const { body } = await signIn(newNumber())
      assert.ok(!service.logged().includes(body.accessToken.slice(-40)))
      assert.ok(!service.logged().includes(body.refreshToken.slice(-20)))
    })
  })
}

describe('tokens in cookies', () => {
  test('are given to web clients that ask, on a server that has them switched on, and taken from its own pages only', async (context) => {
    const service = await aService({ env: { AUTH_COOKIES: 'true', CORS_ORIGINS: 'https://shop.example' } })
    context.after(() => service.end())
    const number = newNumber()
    await service.send(number)
    const { body, headers } = await service.call('POST', '/api/verify-otp', {
      body: { phoneNumber: number, otp: service.codeFor(number), cookies: true },
      headers: { origin: 'https://shop.example' },
    })
    assert.deepEqual([body.success, body.accessToken, body.refreshToken], [true, undefined, undefined])
    assert.equal(headers['access-control-allow-credentials'], 'true')
    const set = headers['set-cookie'] as string[]
    for (const each of set) assert.match(each, /; HttpOnly; SameSite=(Lax|Strict); Secure$/)
    const cookie = set.map((each) => each.split(';')[0]).join('; ')
    const ask = (origin: string) =>
      service.call('PATCH', '/api/me', { headers: { cookie, origin }, body: { name: 'A' } })
    assert.equal((await ask('https://shop.example')).status, 200)
    assert.equal((await ask('https://evil.example')).status, 403)
  })
})
