import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { listKeys, rotateKeys } from '../../src/modules/accounts/manage-keys.ts'
import { Secret } from '../../src/platform/config/secret.ts'
import { newId } from '../../src/platform/ids.ts'
import { numbersFrom, type StartedAccounts, secretKey, startAccounts } from '../support/accounts.ts'
import { hours, minutes, seconds, setClock } from '../support/clock.ts'
import { aDatabase, postgresMissing, type TestDatabase } from '../support/databases.ts'
import { inParallel, statuses } from '../support/service.ts'
import { allowed } from '../support/time-limits.ts'

describe('two instances on one PostgreSQL', { skip: postgresMissing }, () => {
  const clock = setClock()
  let database: TestDatabase
  let one: StartedAccounts
  let two: StartedAccounts
  before(async () => {
    database = await aDatabase({ name: 'PostgreSQL' })
    // They start at once, on an empty database.
    ;[one, two] = await Promise.all([startAccounts(database, { clock }), startAccounts(database, { clock })])
  })
  after(async () => {
    await Promise.all([one.end(), two.end()])
    await database.end()
  })
  const aNumber = numbersFrom(9_877_000_000)
  const at = (index: number) => (index % 2 === 0 ? one : two)
  const refresh = (service: StartedAccounts, refreshToken: string) =>
    service.call('POST', '/api/auth/refresh', { body: { refreshToken } })
  const isIn = async (service: StartedAccounts, token: string) =>
    (await service.call('GET', '/test/anyone', { token })).status === 200
  const count = async (sql: string, values: unknown[] = []) =>
    (await database.raw(`select count(*) as count from ${sql}`, values)).rows[0]

  /** Asks again until it is so; how long it took. */
  async function until(isSo: () => Promise<boolean>): Promise<number> {
    const start = performance.now()
    while (!(await isSo())) {
      if (performance.now() - start > allowed(10_000)) throw new Error('not within 10 s')
      await sleep(50)
    }
    return performance.now() - start
  }

  test('that start at once make one signing key', async () => {
    assert.deepEqual(await count('signing_keys'), { count: 1 })
    const { accessToken } = await one.signIn(aNumber())
    assert.equal(await isIn(two, accessToken), true)
  })

  test('make one user of fifty first sign-ins that come at once', async () => {
    const number = aNumber()
    const opened = await inParallel(50, (index) => at(index).signIn(number))
    assert.equal(new Set(opened.map(({ user }) => user.id)).size, 1)
    assert.equal(opened.filter(({ isNewUser }) => isNewUser).length, 1)
    assert.deepEqual(await count('users where phone = $1', [`+91${number}`]), { count: 1 })
    assert.deepEqual(await count('sessions where user_id = $1', [opened[0]?.user.id]), { count: 50 })
  })

  test('know one device when it signs in many times at once', async () => {
    const number = aNumber()
    const opened = await inParallel(20, (index) => at(index).signIn(number, { id: 'install-0123456789' }))
    assert.deepEqual(await count('devices where user_id = $1', [opened[0]?.user.id]), { count: 1 })
  })

  test('give fifty refreshes with one token one successor, and its client goes on', async () => {
    const { refreshToken } = await one.signIn(aNumber())
    const answers = await inParallel(50, (index) => refresh(at(index), refreshToken))
    assert.deepEqual(statuses(answers), { 200: 50 })
    const successors = new Set(answers.map(({ body }) => body.refreshToken))
    assert.equal(successors.size, 1)
    let next = [...successors][0] as string
    for (let round = 0; round < 5; round += 1) {
      clock.pass(minutes(14))
      const { status, body } = await refresh(at(round), next)
      assert.equal(status, 200)
      next = body.refreshToken
    }
  })

  test('end a session whose old refresh token comes again, and its access token on both within 5 s', async () => {
    const { refreshToken } = await one.signIn(aNumber())
    const { body } = await refresh(one, refreshToken)
    assert.ok(await isIn(two, body.accessToken))
    clock.pass(seconds(11))
    assert.equal((await refresh(one, refreshToken)).status, 401)
    assert.equal(await isIn(one, body.accessToken), false)
    assert.ok((await until(async () => !(await isIn(two, body.accessToken)))) < allowed(5000))
    assert.equal((await refresh(two, body.refreshToken)).status, 401)
  })

  test('both refuse whom one of them blocked, signed out or demoted, within 5 s', async () => {
    const admin = await one.anAdmin(aNumber())
    const [victim, leaver, picker] = [
      await two.signIn(aNumber()),
      await two.signIn(aNumber()),
      await two.signIn(aNumber()),
    ]
    const change = (id: string, body: unknown) =>
      one.call('PATCH', `/api/users/${id}`, { token: admin.accessToken, body })
    for (const { accessToken } of [victim, leaver, picker]) assert.ok(await isIn(two, accessToken))
    assert.equal((await change(victim.user.id, { blocked: { reason: 'x' } })).status, 200)
    assert.equal((await change(picker.user.id, { roles: ['picker'] })).status, 200)
    await one.call('POST', '/api/auth/logout', { token: leaver.accessToken })
    for (const { accessToken } of [victim, leaver, picker]) {
      assert.equal(await isIn(one, accessToken), false)
      assert.ok((await until(async () => !(await isIn(two, accessToken)))) < allowed(5000))
    }
    assert.equal((await refresh(two, victim.refreshToken)).status, 401)
    assert.equal((await refresh(two, picker.refreshToken)).status, 200)
  })

  test('leave nobody signed in who signs in while he is blocked', async () => {
    const admin = await one.anAdmin(aNumber())
    const number = aNumber()
    const { user } = await one.signIn(number)
    const block = () =>
      one.call('PATCH', `/api/users/${user.id}`, { token: admin.accessToken, body: { blocked: { reason: 'x' } } })
    const [blocked, ...opened] = await Promise.all([
      block(),
      ...Array.from({ length: 20 }, (_, index) =>
        at(index)
          .signIn(number)
          .catch(() => undefined),
      ),
    ])
    assert.equal(blocked.status, 200)
    assert.deepEqual(await count('sessions where user_id = $1 and ended_at is null', [user.id]), { count: 0 })
    for (const session of opened) {
      if (!session) continue
      await until(async () => !(await isIn(one, session.accessToken)) && !(await isIn(two, session.accessToken)))
      assert.equal((await refresh(one, session.refreshToken)).status, 401)
    }
  })

  test('leave an admin when admins take each other’s role at once', async () => {
    await database.raw(`update users set roles = '{customer}' where roles @> '{admin}'`, [])
    const admins = [await one.anAdmin(aNumber()), await two.anAdmin(aNumber())] as const
    const answers = await inParallel(2, (index) => {
      const [actor, target] = index === 0 ? admins : [admins[1], admins[0]]
      return at(index).call('PATCH', `/api/users/${target.user.id}`, {
        token: actor.accessToken,
        body: { roles: ['customer'] },
      })
    })
    assert.deepEqual(statuses(answers), { 200: 1, 403: 1 })
    assert.deepEqual(await count(`users where roles @> '{admin}'`), { count: 1 })
  })

  test('give a number or an e-mail address that several want at once to one of them', async () => {
    const wanted = aNumber()
    const people = await inParallel(10, () => one.signIn(aNumber()))
    const phones = await inParallel(10, (index) =>
      at(index).call('PUT', '/api/me/phone', {
        token: people[index]?.accessToken ?? '',
        body: { phoneNumber: wanted, otp: '123456', current: { otp: '123456' } },
      }),
    )
    assert.deepEqual(statuses(phones), { 200: 1, 409: 9 })
    const emails = await inParallel(10, (index) =>
      at(index).call('POST', '/api/me/email', {
        token: people[index]?.accessToken ?? '',
        body: { email: 'wanted@example.com', otp: '123456' },
      }),
    )
    assert.deepEqual(statuses(emails), { 200: 1, 409: 9 })
  })

  test('keep one default and twenty addresses when many are added at once', async () => {
    const { accessToken: token } = await one.signIn(aNumber())
    const body = { label: 'Home', lines: ['1'], pincode: '560001', isDefault: true }
    const added = await inParallel(30, (index) => at(index).call('POST', '/api/me/addresses', { token, body }))
    assert.deepEqual(statuses(added), { 201: 20, 409: 10 })
    const listed = async () =>
      (await one.call('GET', '/api/me/addresses', { token })).body.addresses as { id: string; isDefault: boolean }[]
    await Promise.all(
      (await listed()).map(({ id }, index) =>
        index % 3 === 0
          ? at(index).call('DELETE', `/api/me/addresses/${id}`, { token })
          : at(index).call('PATCH', `/api/me/addresses/${id}`, { token, body: { isDefault: true } }),
      ),
    )
    const left = await listed()
    assert.deepEqual([left.length, left.filter(({ isDefault }) => isDefault).length], [13, 1])
  })

  test('make one new account of sign-ins that come at once for a number that slept', async () => {
    const number = aNumber()
    const { user } = await one.signIn(number)
    clock.pass(hours(24) * 181)
    const opened = await inParallel(20, (index) => at(index).signIn(number))
    assert.equal(new Set(opened.map((each) => each.user.id)).size, 1)
    assert.notEqual(opened[0]?.user.id, user.id)
    assert.equal(opened.filter(({ isNewUser }) => isNewUser).length, 1)
  })

  test('accept each other’s tokens at once after a rotation, and the old ones until they end', async () => {
    const old = await one.signIn(aNumber())
    const rotated = await Promise.all([
      rotateKeys({ database, clock, secretKey }),
      rotateKeys({ database, clock, secretKey }),
    ])
    const [current] = await listKeys({ database, clock })
    assert.ok(rotated.includes(current?.id ?? ''))
    const three = await startAccounts(database, { clock })
    const fresh = await three.signIn(aNumber())
    assert.equal(decodeProtectedHeader(fresh.accessToken).kid, current?.id)
    assert.notEqual(decodeProtectedHeader(old.accessToken).kid, current?.id)
    for (const service of [one, two, three]) {
      assert.equal(await isIn(service, fresh.accessToken), true)
      assert.equal(await isIn(service, old.accessToken), true)
    }
    const { body } = await three.call('GET', '/.well-known/jwks.json')
    assert.deepEqual(body.keys.length >= 2, true)
    clock.pass(minutes(15))
    assert.equal(await isIn(three, old.accessToken), false)
    await three.end()
  })

  test('read the database for unknown keys at most once a second, whoever asks', async () => {
    let reads = 0
    const db = new Proxy(database.db, {
      get(target, name) {
        if (name !== 'selectFrom') return Reflect.get(target, name)
        return (table: 'signing_keys') => {
          if (table === 'signing_keys') reads += 1
          return target.selectFrom(table)
        }
      },
    })
    const service = await startAccounts({ ...database, db }, { clock })
    const { accessToken } = await service.signIn(aNumber())
    const [, payload, signature] = accessToken.split('.')
    const forged = () =>
      `${Buffer.from(JSON.stringify({ alg: 'EdDSA', kid: newId('key') })).toString('base64url')}.${payload}.${signature}`
    const atStart = reads
    assert.ok(atStart > 0)
    const start = performance.now()
    for (let round = 0; round < 3; round += 1) {
      const answers = await inParallel(100, () => service.call('GET', '/test/anyone', { token: forged() }))
      assert.deepEqual(statuses(answers), { 401: 100 })
    }
    const passedSeconds = (performance.now() - start) / 1000
    assert.ok(reads - atStart >= 1 && reads - atStart <= passedSeconds + 1)
    await service.end()
  })

  test('go on with sessions and keys when SECRET_KEY is rotated', async () => {
    const opened = await one.signIn(aNumber())
    const rotated = await startAccounts(database, {
      clock,
      secret: new Secret('fresh-key'.repeat(5)),
      previousSecret: secretKey,
    })
    assert.equal(await isIn(rotated, opened.accessToken), true)
    const first = await refresh(rotated, opened.refreshToken)
    const again = await refresh(rotated, opened.refreshToken)
    assert.deepEqual([first.status, again.body.refreshToken], [200, first.body.refreshToken])
    assert.equal((await refresh(rotated, first.body.refreshToken)).status, 200)
    await rotated.end()
  })

  test('do not start with another SECRET_KEY, which would end the tokens of all others; a lost one is replaced by command', async () => {
    const old = await one.signIn(aNumber())
    const wrong = startAccounts(database, { clock, secret: new Secret('other-key'.repeat(5)) })
    await assert.rejects(wrong, { name: 'CannotStart', message: /sealed with another SECRET_KEY/ })
    assert.ok(await isIn(one, (await one.signIn(aNumber())).accessToken))
    await rotateKeys({ database, clock, secretKey: new Secret('other-key'.repeat(5)), isLost: true })
    const service = await startAccounts(database, { clock, secret: new Secret('other-key'.repeat(5)) })
    const { accessToken } = await service.signIn(aNumber())
    assert.ok((await isIn(service, accessToken)) && (await isIn(service, old.accessToken)))
    assert.ok(await isIn(one, accessToken))
    assert.ok(decodeJwt(accessToken).sub)
    await service.end()
  })
})
