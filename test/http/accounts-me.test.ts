import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { numbersFrom, type StartedAccounts, startAccounts } from '../support/accounts.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'

const otp = '123456'

for (const kind of databaseKinds) {
  describe(`an account on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let service: StartedAccounts
    before(async () => {
      database = await aDatabase(kind)
      service = await startAccounts(database)
    })
    after(async () => {
      await service.end()
      await database.end()
    })
    const aNumber = numbersFrom(9_876_600_000)
    const me = (token: string) => service.call('GET', '/api/me', { token })

    test('shows its owner what is known of him, and lets him change name and language', async () => {
      const number = aNumber()
      const { accessToken: token, user } = await service.signIn(number)
      assert.deepEqual((await me(token)).body, { success: true, user })
      const { body } = await service.call('PATCH', '/api/me', { token, body: { name: '  Asha ☕ ', locale: 'hi' } })
      assert.deepEqual([body.user.name, body.user.locale, body.user.phone], ['Asha ☕', 'hi', `+91${number}`])
      const cleared = await service.call('PATCH', '/api/me', { token, body: { name: null } })
      assert.deepEqual([cleared.body.user.name, cleared.body.user.locale], [null, 'hi'])
      assert.equal((await service.call('PATCH', '/api/me', { token, body: {} })).status, 200)
      assert.deepEqual((await me(token)).body.user, cleared.body.user)
    })

    test('refuses names that are none', async () => {
      const { accessToken: token } = await service.signIn(aNumber())
      const misleading = ['Asha\u202eimda', '\u2066Asha', 'Asha\u200b', 'As\u2060ha', '\ufeffAsha', '\u200d']
      for (const name of ['', '   ', 'a\u0000b', 'a\nb', ...misleading, 'x'.repeat(81), 7, {}, ['a']]) {
        const { status, body } = await service.call('PATCH', '/api/me', { token, body: { name } })
        assert.deepEqual([status, body.fields], [400, ['body.name']], String(name))
      }
      for (const name of ['रक्\u200dषा', 'തമിഴ്\u200cനാട്']) {
        const { status, body } = await service.call('PATCH', '/api/me', { token, body: { name } })
        assert.deepEqual([status, body.user.name], [200, name])
      }
      for (const locale of ['fr', '', 1])
        assert.equal((await service.call('PATCH', '/api/me', { token, body: { locale } })).status, 400)
    })

    test('takes an e-mail address as a second way in once its code was right', async () => {
      const { accessToken: token, user } = await service.signIn(aNumber())
      const link = (email: string, code = otp) =>
        service.call('POST', '/api/me/email', { token, body: { email, otp: code } })
      const wrong = await link('ravi@example.com', '000000')
      assert.deepEqual(
        [wrong.status, wrong.body.code, (await me(token)).body.user.email],
        [400, 'otp.wrong_code', null],
      )
      assert.equal((await link('not an address')).body.code, 'account.email_invalid')
      assert.equal((await link('Ravi@Example.com')).body.user.email, 'ravi@example.com')
      assert.equal((await service.signIn('ravi@example.com')).user.id, user.id)

      const other = await service.signIn(aNumber())
      const taken = await service.call('POST', '/api/me/email', {
        token: other.accessToken,
        body: { email: 'ravi@example.com', otp },
      })
      assert.deepEqual([taken.status, taken.body.code], [409, 'account.email_taken'])
    })

    test('replaces an e-mail address with a second code only, for a way in that was there before', async () => {
      const { accessToken: token } = await service.signIn('meera@example.com')
      const link = (email: string, current?: string) =>
        service.call('POST', '/api/me/email', {
          token,
          body: { email, otp, ...(current && { current: { otp: current } }) },
        })
      const thief = await link('thief@example.com')
      assert.deepEqual([thief.status, thief.body.code], [400, 'account.current_code_required'])
      assert.equal((await link('thief@example.com', '000000')).body.code, 'otp.wrong_code')
      assert.equal((await me(token)).body.user.email, 'meera@example.com')
      assert.equal((await link('meera@example.com')).status, 200)
      assert.equal((await link('meera@elsewhere.example', otp)).body.user.email, 'meera@elsewhere.example')
      assert.equal((await service.signIn('meera@example.com')).isNewUser, true)
    })

    test('changes its number with the codes of both', async () => {
      const [number, next, others] = [aNumber(), aNumber(), aNumber()]
      const { accessToken: token, user } = await service.signIn(number)
      await service.signIn(others)
      const change = (phoneNumber: string, code = otp, current = otp) =>
        service.call('PUT', '/api/me/phone', { token, body: { phoneNumber, otp: code, current: { otp: current } } })
      assert.equal((await change(next, '000000')).body.code, 'otp.wrong_code')
      assert.equal((await change(next, otp, '000000')).body.code, 'otp.wrong_code')
      assert.equal((await change('12345')).body.code, 'account.phone_invalid')
      assert.equal((await change(`0${number}`)).body.code, 'account.same_phone')
      assert.deepEqual([(await change(others)).status, (await change(others)).body.code], [409, 'account.phone_taken'])
      assert.equal((await change(next)).body.user.phone, `+91${next}`)
      assert.equal((await service.signIn(next)).user.id, user.id)
      assert.equal((await service.signIn(number)).isNewUser, true)
    })

    test('lists devices, and forgets one with its sessions', async () => {
      const number = aNumber()
      const phone = { id: 'install-0123456789', name: 'Pixel', platform: 'android' as const }
      const first = await service.signIn(number, phone)
      const again = await service.signIn(number, phone)
      const laptop = await service.signIn(number, { name: 'Laptop', platform: 'web' })
      const stranger = await service.signIn(aNumber(), phone)
      const { body } = await service.call('GET', '/api/me/devices', { token: laptop.accessToken })
      const [pixel] = body.devices.filter(({ name }: { name: string }) => name === 'Pixel')
      assert.deepEqual([body.devices.length, pixel.sessionCount, pixel.platform], [2, 2, 'android'])

      const url = `/api/me/devices/${pixel.id}`
      const byStranger = await service.call('DELETE', url, { token: stranger.accessToken })
      assert.deepEqual([byStranger.status, byStranger.body.code], [404, 'device.not_found'])
      assert.equal((await service.call('DELETE', url, { token: laptop.accessToken })).status, 200)
      for (const { accessToken, refreshToken } of [first, again]) {
        assert.equal((await me(accessToken)).status, 401)
        assert.equal((await service.call('POST', '/api/auth/refresh', { body: { refreshToken } })).status, 401)
      }
      assert.equal((await me(laptop.accessToken)).status, 200)
      assert.equal((await me(stranger.accessToken)).status, 200)
      assert.equal((await service.signIn(number, phone)).isNewUser, false)
    })

    test('is erased with a fresh code, and its number begins anew', async () => {
      const number = aNumber()
      const { accessToken: token, refreshToken, user } = await service.signIn(number)
      const wrong = await service.call('DELETE', '/api/me', { token, body: { otp: '000000' } })
      assert.deepEqual([wrong.status, (await me(token)).status], [400, 200])
      assert.equal((await service.call('DELETE', '/api/me', { token })).status, 400)
      assert.equal((await service.call('DELETE', '/api/me', { token, body: { otp } })).status, 200)
      assert.equal((await me(token)).status, 401)
      assert.equal((await service.call('POST', '/api/auth/refresh', { body: { refreshToken } })).status, 401)
      const next = await service.signIn(number)
      assert.ok(next.isNewUser && next.user.id !== user.id)
    })

    test('is not erased when it is the last admin', async () => {
      const { accessToken: token } = await service.anAdmin(aNumber())
      const { status, body } = await service.call('DELETE', '/api/me', { token, body: { otp } })
      assert.deepEqual([status, body.code, (await me(token)).status], [409, 'account.last_admin', 200])
    })

    test('needs somebody who is signed in for all of it', async () => {
      const calls = [
        ['GET', '/api/me'],
        ['PATCH', '/api/me'],
        ['DELETE', '/api/me'],
        ['POST', '/api/me/email'],
        ['PUT', '/api/me/phone'],
        ['GET', '/api/me/addresses'],
        ['POST', '/api/me/addresses'],
        ['GET', '/api/me/devices'],
        ['GET', '/api/auth/sessions'],
        ['DELETE', '/api/auth/sessions'],
        ['GET', '/api/users'],
        ['GET', '/api/audit-events'],
      ] as const
      for (const [method, url] of calls) {
        const { status, headers } = await service.call(method, url, { ...(method !== 'GET' && { body: {} }) })
        assert.deepEqual([status, headers['www-authenticate']], [401, 'Bearer'], `${method} ${url}`)
      }
    })
  })
}
