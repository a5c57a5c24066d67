import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { grantRole } from '../../src/modules/accounts/grant-role.ts'
import type { Phone } from '../../src/platform/phone.ts'
import { numbersFrom, type StartedAccounts, startAccounts } from '../support/accounts.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'

for (const kind of databaseKinds) {
  describe(`admins on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let service: StartedAccounts
    let admin: Awaited<ReturnType<StartedAccounts['anAdmin']>>
    before(async () => {
      database = await aDatabase(kind)
      service = await startAccounts(database)
    })
    beforeEach(async () => {
      admin = await service.anAdmin(aNumber())
    })
    after(async () => {
      await service.end()
      await database.end()
    })
    const aNumber = numbersFrom(9_876_800_000)
    const list = (query: Record<string, string> = {}) =>
      service.call('GET', `/api/users?${new URLSearchParams(query)}`, { token: admin.accessToken })
    const change = (id: string, body: unknown, token = admin.accessToken) =>
      service.call('PATCH', `/api/users/${id}`, { token, body })
    const ids = (answer: { body: { users: { id: string }[] } }) => answer.body.users.map(({ id }) => id)
    const isIn = async (token: string) => (await service.call('GET', '/test/anyone', { token })).status === 200
    const refresh = (refreshToken: string) => service.call('POST', '/api/auth/refresh', { body: { refreshToken } })

    test('alone see other people’s accounts', async () => {
      const { user, accessToken: token } = await service.signIn(aNumber())
      const calls = [
        ['GET', '/api/users'],
        ['GET', `/api/users/${user.id}`],
        ['GET', `/api/users/${admin.user.id}`],
        ['GET', '/api/audit-events'],
      ] as const
      for (const [method, url] of calls) {
        const { status, body } = await service.call(method, url, { token })
        assert.deepEqual([status, body.code], [403, 'request.forbidden'], url)
      }
      assert.equal((await change(user.id, { roles: ['admin'] }, token)).status, 403)
      assert.equal((await service.call('GET', `/api/users/${user.id}`, { token: admin.accessToken })).status, 200)
      const unknown = await service.call('GET', '/api/users/usr_01h455vb4pex5vsknk084sn02q', {
        token: admin.accessToken,
      })
      assert.deepEqual([unknown.status, unknown.body.code], [404, 'user.not_found'])
      assert.equal((await service.call('GET', '/api/users/x', { token: admin.accessToken })).status, 400)
    })

    test('page through all accounts, each once, the newest first', async () => {
      const made = [await service.signIn(aNumber()), await service.signIn(aNumber()), await service.signIn(aNumber())]
      const seen: string[] = []
      let cursor: string | null = null
      do {
        const page = await list({ limit: '2', ...(cursor !== null && { cursor }) })
        assert.ok(page.body.users.length <= 2)
        seen.push(...ids(page))
        cursor = page.body.nextCursor
      } while (cursor !== null)
      assert.deepEqual(seen, [...new Set(seen)].sort().reverse())
      for (const { user } of made) assert.ok(seen.includes(user.id))
      for (const query of [
        { limit: '0' },
        { limit: '101' },
        { limit: 'x' },
        { cursor: 'x' },
        { cursor: 'WyJcdTAwMDAiXQ' },
      ])
        assert.equal((await list(query as Record<string, string>)).status, 400)
    })

    test('find accounts by number in any notation, by the beginning of name or e-mail, and by role', async () => {
      const number = aNumber()
      const { user, accessToken: token } = await service.signIn(number)
      await service.call('PATCH', '/api/me', { token, body: { name: 'Zoë 100% O’Neil' } })
      await service.call('POST', '/api/me/email', { token, body: { email: 'zoe_x@example.com', otp: '123456' } })
      for (const search of [number, `0${number}`, `+91 ${number}`, 'zoë', 'ZOË 100%', 'zoe_', 'Zoe_X@example.com'])
        assert.deepEqual(ids(await list({ search })), [user.id], search)
      for (const search of ['oë', 'zoë%neil', 'zoe%', 'zoeax', '9999999999', '\\', "'"])
        assert.deepEqual(ids(await list({ search })), [], search)
      assert.ok(ids(await list({ role: 'admin' })).includes(admin.user.id))
      assert.ok(!ids(await list({ role: 'admin' })).includes(user.id))
      assert.equal((await list({ role: 'king' })).status, 400)
    })

    test('give roles that the next refresh brings, and take them with the tokens that had them', async () => {
      const picker = await service.signIn(aNumber())
      assert.equal((await service.call('GET', '/test/pickers', { token: picker.accessToken })).status, 403)
      const { body } = await change(picker.user.id, { roles: ['customer', 'picker'], storeIds: ['sto_1'] })
      assert.deepEqual([body.user.roles, body.user.storeIds], [['customer', 'picker'], ['sto_1']])
      assert.equal(await isIn(picker.accessToken), false)
      const renewed = (await refresh(picker.refreshToken)).body
      assert.equal((await service.call('GET', '/test/pickers', { token: renewed.accessToken })).status, 200)
      const { body: caller } = await service.call('GET', '/test/anyone', { token: renewed.accessToken })
      assert.deepEqual([caller.roles, caller.storeIds], [['customer', 'picker'], ['sto_1']])
      await change(picker.user.id, { roles: ['customer'], storeIds: [] })
      assert.equal((await service.call('GET', '/test/pickers', { token: renewed.accessToken })).status, 401)
      const again = (await refresh(renewed.refreshToken)).body
      assert.equal((await service.call('GET', '/test/pickers', { token: again.accessToken })).status, 403)
    })

    test('block somebody: no session, token, refresh or sign-in is left, until they unblock', async () => {
      const number = aNumber()
      const victim = await service.signIn(number)
      const { body } = await change(victim.user.id, { blocked: { reason: 'Chargebacks' } })
      assert.equal(body.user.blocked.reason, 'Chargebacks')
      assert.equal(await isIn(victim.accessToken), false)
      assert.equal((await refresh(victim.refreshToken)).status, 401)
      await assert.rejects(service.signIn(number), { code: 'account.blocked', status: 403 })
      const unblocked = await change(victim.user.id, { blocked: null })
      assert.equal(unblocked.body.user.blocked, null)
      assert.equal((await refresh(victim.refreshToken)).status, 401)
      assert.equal((await service.signIn(number)).user.id, victim.user.id)
    })

    test('cannot take their own role or block themselves, and act no more once another took it', async () => {
      const other = await service.anAdmin(aNumber())
      for (const [body, code] of [
        [{ roles: ['customer'] }, 'user.own_admin_role'],
        [{ blocked: { reason: 'x' } }, 'user.own_block'],
      ] as const) {
        const answer = await change(admin.user.id, body)
        assert.deepEqual([answer.status, answer.body.code], [409, code])
      }
      await grantRole(
        { database, clock: service.clock },
        { phone: admin.user.phone as Phone, role: 'admin', isGranted: false },
      ) // by a command on another machine: this one has not heard of it
      assert.equal((await change(other.user.id, { roles: ['customer'] })).status, 403)
    })

    test('are told what is wrong with a change', async () => {
      const { user } = await service.signIn(aNumber())
      const manager = await change(user.id, { roles: ['storeManager'] })
      assert.deepEqual([manager.status, manager.body.code], [400, 'user.store_required'])
      const wrong = [
        {},
        { roles: [] },
        { roles: ['king'] },
        { roles: ['picker', 'picker'] },
        { storeIds: ['a b'] },
        { blocked: true },
        { blocked: {} },
        { blocked: { reason: ' ' } },
      ]
      for (const body of wrong) assert.equal((await change(user.id, body)).status, 400, JSON.stringify(body))
      assert.equal((await change('usr_01h455vb4pex5vsknk084sn02q', { roles: ['picker'] })).status, 404)
    })

    test('read in the audit what was done, by whom and to whom', async () => {
      const number = aNumber()
      const { user, refreshToken } = await service.signIn(number)
      await change(user.id, { roles: ['picker'] })
      await change(user.id, { blocked: { reason: 'x' } })
      await assert.rejects(service.signIn(number))
      await change(user.id, { blocked: null })
      for (const reason of ['wrong', 'locked'])
        service.accounts.noteFailedSignIn({
          identity: { kind: 'phone', phone: `+91${number}` as Phone },
          reason,
          source: '203.0.113.9',
        })
      service.accounts.noteFailedSignIn({
        identity: { kind: 'phone', phone: '+919000000001' as Phone },
        reason: 'wrong',
        source: '203.0.113.9',
      })
      await service.accounts.close()
      assert.ok(refreshToken)
      const events = async (query: Record<string, string>) =>
        (await service.call('GET', `/api/audit-events?${new URLSearchParams(query)}`, { token: admin.accessToken }))
          .body.events as { kind: string; actorId: string | null; source: string; details: Record<string, unknown> }[]
      const ofUser = await events({ userId: user.id })
      const changes = ofUser.filter(({ kind }) => kind.startsWith('user.'))
      assert.deepEqual(
        changes.map(({ kind, actorId }) => [kind, actorId]),
        [
          ['user.unblocked', admin.user.id],
          ['user.blocked', admin.user.id],
          ['user.roles_changed', admin.user.id],
        ],
      )
      const failures = ofUser.filter(({ kind }) => kind === 'sign_in.failed').map(({ details }) => details['reason'])
      assert.deepEqual(failures.sort(), ['blocked', 'locked', 'wrong'])
      const all = await events({ kind: 'sign_in.failed' })
      const unknown = all.find(({ details }) => 'identity' in details)
      assert.match(String(unknown?.details['identity']), /^[\w-]{22}$/)
      assert.equal(
        new Set(all.filter(({ details }) => details['reason'] === 'wrong').map(({ source }) => source)).size,
        1,
      )
      assert.equal((await service.call('GET', '/api/audit-events?kind=x', { token: admin.accessToken })).status, 400)
    })
  })
}
