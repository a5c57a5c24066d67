import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Phone } from '../../src/platform/phone.ts'
import { numbersFrom, type StartedAccounts, secretKey, startAccounts } from '../support/accounts.ts'
import { hours, seconds } from '../support/clock.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'

/** Every row of every table, as text; bytes in hexadecimal and as text. */
async function dump(database: TestDatabase): Promise<string> {
  const { rows } = await database.raw(
    `select tablename from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
    [],
  )
  const tables = (rows as { tablename: string }[]).map(({ tablename }) => tablename)
  const texts = await Promise.all(
    tables.map(async (table) => (await database.raw(`select row_to_json(t)::text as row from ${table} t`, [])).rows),
  )
  return JSON.stringify(texts)
}

for (const kind of databaseKinds) {
  describe(`privacy of accounts on ${kind.name}`, { skip: kind.skip }, () => {
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
    const aNumber = numbersFrom(9_876_900_000)
    const day = hours(24)

    /** Somebody who used everything there is. */
    async function somebody() {
      const number = aNumber()
      const device = { id: 'install-secret-0815', name: 'Ashas Handy', platform: 'android' as const }
      const email = `asha.${number.slice(-3)}@example.com`
      const opened = await service.signIn(number, device)
      const token = opened.accessToken
      await service.call('PATCH', '/api/me', { token, body: { name: 'Asha Verma', locale: 'hi' } })
      await service.call('POST', '/api/me/email', { token, body: { email, otp: '123456' } })
      const body = { label: 'Mein Haus', lines: ['Rosenweg 5'], landmark: 'Wasserturm', pincode: '560077' }
      await service.call('POST', '/api/me/addresses', { token, body })
      service.accounts.noteFailedSignIn({
        identity: { kind: 'phone', phone: `+91${number}` as Phone },
        reason: 'wrong',
        source: '203.0.113.7',
      })
      await service.accounts.close()
      const personal = [
        'Asha',
        'asha',
        number,
        'Rosenweg',
        'Wasserturm',
        '560077',
        'Mein Haus',
        'Shop/1.0',
        '203.0.113',
      ]
      return { number, email, device, opened, token, personal }
    }

    test('no personal data of an erased account is left in any table', async () => {
      const { personal, token, opened } = await somebody()
      const before = await dump(database)
      for (const text of personal.filter((each) => !each.startsWith('203')))
        assert.ok(before.includes(text), `${text} was to be found before`)
      await service.call('DELETE', '/api/me', { token, body: { otp: '123456' } })
      const left = await dump(database)
      for (const text of personal) assert.ok(!left.includes(text), `found ${text}`)
      assert.ok(left.includes(opened.user.id))
    })

    test('no token, key or secret rests in the database, and none appears in the log', async () => {
      const { personal, opened } = await somebody()
      const { body } = await service.call('POST', '/api/auth/refresh', { body: { refreshToken: opened.refreshToken } })
      service.clock.pass(seconds(11))
      await service.call('POST', '/api/auth/refresh', { body: { refreshToken: opened.refreshToken } })
      const secrets = [opened.accessToken, opened.refreshToken, body.accessToken, body.refreshToken]
      const parts = secrets.flatMap((token) => [token, token.split('.').at(-1), token.split('.').at(-2)])
      const rested = await dump(database)
      for (const secret of [...parts, secretKey.reveal(), 'install-secret-0815'])
        assert.ok(!rested.includes(secret) && !service.logged().includes(secret))
      for (const text of personal) assert.ok(!service.logged().includes(text), `logged ${text}`)
    })

    test('the audit only grows', async () => {
      await service.signIn(aNumber())
      for (const statement of [
        'update audit_events set kind = kind',
        'delete from audit_events',
        'truncate audit_events',
      ])
        await assert.rejects(database.raw(statement, []), /only grows/, statement)
    })

    test('a flood of failures is counted, not listed', async () => {
      for (let count = 0; count < 500; count += 1)
        service.accounts.noteFailedSignIn({
          identity: { kind: 'phone', phone: `+9190000${String(count).padStart(5, '0')}` as Phone },
          reason: 'wrong',
          source: '198.51.100.1',
        })
      await service.accounts.close()
      const { rows } = await database.raw(
        `select kind, count(*) as count, max((details->>'count')::int) as told from audit_events
         where kind like 'sign_in.fail%' and at >= $1 group by kind order by kind`,
        [new Date(service.clock.now())],
      )
      assert.deepEqual(rows, [
        { kind: 'sign_in.failed', count: 200, told: null },
        { kind: 'sign_in.failures_not_listed', count: 1, told: 300 },
      ])
    })

    test('a number that slept for 180 days and comes from a new device gets a new account', async () => {
      const { number, email, opened, device } = await somebody()
      service.clock.pass(180 * day + 1)
      const known = await service.signIn(number, { id: device.id })
      assert.equal(known.user.id, opened.user.id)

      service.clock.pass(180 * day + 1)
      const next = await service.signIn(number, { id: 'install-of-somebody-else' })
      assert.ok(next.isNewUser && next.user.id !== opened.user.id)
      const { body } = await service.call('GET', '/api/me/addresses', { token: next.accessToken })
      assert.deepEqual(body.addresses, [])
      const before = await service.signIn(email)
      assert.deepEqual([before.user.id, before.user.phone, before.user.name], [opened.user.id, null, 'Asha Verma'])
    })

    test('a number slept for 180 days however often its owner came by e-mail, and its account says what it lacks', async () => {
      const [number, email] = [aNumber(), 'leela@example.com']
      const first = await service.signIn(number)
      await service.call('POST', '/api/me/email', { token: first.accessToken, body: { email, otp: '123456' } })
      service.clock.pass(179 * day)
      const byEmail = await service.signIn(email)
      assert.equal(byEmail.user.id, first.user.id)
      service.clock.pass(2 * day)
      const stranger = await service.signIn(number, { id: 'install-of-a-stranger' })
      assert.ok(stranger.isNewUser)
      assert.equal((await service.signIn(email)).user.phone, null)
    })

    test('an account that lost its number and has no address says so, instead of failing', async () => {
      const number = aNumber()
      await service.signIn(number, { id: 'install-of-before-1' })
      service.clock.pass(180 * day + 1)
      const own = await service.signIn(number, { id: 'install-of-before-1' })
      await database.raw(`update users set phone = null, phone_active_at = null where id = $1`, [own.user.id])
      for (const [method, url, body] of [
        ['DELETE', '/api/me', { otp: '123456' }],
        ['PUT', '/api/me/phone', { phoneNumber: aNumber(), otp: '123456', current: { otp: '123456' } }],
      ] as const) {
        const answer = await service.call(method, url, { token: own.accessToken, body })
        assert.deepEqual([answer.status, answer.body.code], [409, 'account.no_identity'])
      }
    })

    test('a number whose account was used within 180 days stays with it, on a new device too', async () => {
      const number = aNumber()
      const { user, refreshToken } = await service.signIn(number)
      service.clock.pass(29 * day)
      let token = refreshToken
      for (let month = 0; month < 7; month += 1) {
        token = (await service.call('POST', '/api/auth/refresh', { body: { refreshToken: token } })).body.refreshToken
        service.clock.pass(29 * day)
      }
      assert.equal((await service.signIn(number, { id: 'install-brand-new' })).user.id, user.id)
    })
  })
}
