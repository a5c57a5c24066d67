import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { numbersFrom, type StartedAccounts, startAccounts } from '../support/accounts.ts'
import { minutes, seconds } from '../support/clock.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'

for (const kind of databaseKinds) {
  describe(`sessions on ${kind.name}`, { skip: kind.skip }, () => {
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
    const refresh = (refreshToken: unknown) => service.call('POST', '/api/auth/refresh', { body: { refreshToken } })
    const isIn = async (token: string) => (await service.call('GET', '/test/anyone', { token })).status === 200
    const aNumber = numbersFrom(9_876_500_000)

    test('the first sign-in makes an account, the next one finds it', async () => {
      const number = aNumber()
      const first = await service.signIn(number, { name: 'Pixel', platform: 'android' })
      assert.equal(first.isNewUser, true)
      assert.match(first.user.id, /^usr_/)
      assert.deepEqual(
        [first.user.phone, first.user.email, first.user.roles, first.user.storeIds],
        [`+91${number}`, null, ['customer'], []],
      )
      assert.deepEqual([first.accessTokenExpiresIn, first.refreshTokenExpiresIn], [900, 30 * 86_400])
      const second = await service.signIn(number)
      assert.deepEqual([second.isNewUser, second.user], [false, first.user])
      const { body } = await service.call('GET', '/test/anyone', { token: second.accessToken })
      assert.deepEqual([body.userId, body.roles, body.storeIds], [first.user.id, ['customer'], []])
    })

    test('an e-mail address is a way in of its own', async () => {
      const first = await service.signIn('asha@example.com')
      assert.deepEqual([first.isNewUser, first.user.email, first.user.phone], [true, 'asha@example.com', null])
      assert.equal((await service.signIn('asha@example.com')).user.id, first.user.id)
    })

    test('a refresh gives a new pair, and the old access token lives on until it ends', async () => {
      const opened = await service.signIn(aNumber())
      const { status, body } = await refresh(opened.refreshToken)
      assert.equal(status, 200)
      assert.notEqual(body.refreshToken, opened.refreshToken)
      assert.ok((await isIn(opened.accessToken)) && (await isIn(body.accessToken)))
      service.clock.pass(minutes(15))
      assert.ok(!(await isIn(opened.accessToken)) && !(await isIn(body.accessToken)))
      assert.equal((await refresh(body.refreshToken)).status, 200)
    })

    test('the same refresh again within 10 s gets the same successor', async () => {
      const { refreshToken } = await service.signIn(aNumber())
      const first = await refresh(refreshToken)
      service.clock.pass(seconds(10))
      const again = await refresh(refreshToken)
      assert.deepEqual([again.status, again.body.refreshToken], [200, first.body.refreshToken])
      assert.equal((await refresh(first.body.refreshToken)).status, 200)
    })

    test('a refresh token that comes again later ends its session and the access tokens of it', async () => {
      const { refreshToken } = await service.signIn(aNumber())
      const { body } = await refresh(refreshToken)
      service.clock.pass(seconds(10) + 1)
      const replay = await refresh(refreshToken)
      assert.deepEqual([replay.status, replay.body.code], [401, 'session.refresh_refused'])
      assert.match(String(replay.headers['www-authenticate']), /^Bearer error="invalid_token"$/)
      assert.equal(await isIn(body.accessToken), false)
      assert.equal((await refresh(body.refreshToken)).status, 401)
    })

    test('a session that nobody used for 30 days is over', async () => {
      const { refreshToken } = await service.signIn(aNumber())
      service.clock.pass(minutes(30 * 24 * 60))
      assert.equal((await refresh(refreshToken)).status, 401)
    })

    test('what is no refresh token of ours is refused', async () => {
      const { refreshToken } = await service.signIn(aNumber())
      const [id, generation, salt, seal] = refreshToken.split('.') as [string, string, string, string]
      const forged = [
        'x',
        `${id}.2.${salt}.${seal}`,
        `${id}.${generation}.${salt}.${'A'.repeat(22)}`,
        `${refreshToken}.`,
        refreshToken.slice(0, -1),
      ]
      for (const text of forged) assert.equal((await refresh(text)).status, 401, text)
      assert.equal((await refresh(undefined)).status, 401)
      for (const other of [1, {}, '', 'x'.repeat(500)]) assert.equal((await refresh(other)).status, 400)
      assert.equal((await refresh(refreshToken)).status, 200)
    })

    test('signing out ends the session, by access token or by refresh token', async () => {
      const [one, two] = [await service.signIn(aNumber()), await service.signIn(aNumber())]
      assert.equal((await service.call('POST', '/api/auth/logout', { token: one.accessToken })).status, 200)
      const byRefresh = { body: { refreshToken: two.refreshToken } }
      assert.equal((await service.call('POST', '/api/auth/logout', byRefresh)).status, 200)
      assert.equal((await service.call('POST', '/api/auth/logout', byRefresh)).status, 200)
      for (const { accessToken, refreshToken } of [one, two]) {
        assert.equal(await isIn(accessToken), false)
        assert.equal((await refresh(refreshToken)).status, 401)
      }
      const nobody = await service.call('POST', '/api/auth/logout')
      assert.deepEqual([nobody.status, nobody.headers['www-authenticate']], [401, 'Bearer'])
    })

    test('somebody sees and ends his own sessions, and nobody else does', async () => {
      const number = aNumber()
      /** Not in the same millisecond as another, so that which is the latest is certain. */
      const signIn = async (device?: object) => {
        await sleep(2)
        return service.signIn(number, device)
      }
      const phone = await signIn({ name: 'Phone', platform: 'ios' })
      const laptop = await signIn({ name: 'Laptop', platform: 'web' })
      const tablet = await signIn()
      const stranger = await service.signIn(aNumber())
      const { body } = await service.call('GET', '/api/auth/sessions', { token: phone.accessToken })
      assert.deepEqual(
        body.sessions.map(({ deviceName, platform, isCurrent }: Record<string, unknown>) => [
          deviceName,
          platform,
          isCurrent,
        ]),
        [
          [null, null, false],
          ['Laptop', 'web', false],
          ['Phone', 'ios', true],
        ],
      )
      const url = `/api/auth/sessions/${body.sessions[1].id}`
      const byStranger = await service.call('DELETE', url, { token: stranger.accessToken })
      assert.deepEqual([byStranger.status, byStranger.body.code], [404, 'session.not_found'])
      assert.ok(await isIn(laptop.accessToken))
      assert.equal((await service.call('DELETE', url, { token: phone.accessToken })).status, 200)
      assert.equal(await isIn(laptop.accessToken), false)
      assert.equal((await service.call('DELETE', url, { token: phone.accessToken })).status, 404)

      const others = await service.call('DELETE', '/api/auth/sessions', { token: phone.accessToken })
      assert.deepEqual([others.body.ended, await isIn(tablet.accessToken)], [1, false])
      assert.ok((await isIn(phone.accessToken)) && (await isIn(stranger.accessToken)))
      const all = await service.call('DELETE', '/api/auth/sessions?all=true', { token: phone.accessToken })
      assert.deepEqual([all.body.ended, await isIn(phone.accessToken)], [1, false])
    })
  })
}
