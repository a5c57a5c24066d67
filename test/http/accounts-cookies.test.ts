import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type StartedAccounts, shopOrigin, startAccounts } from '../support/accounts.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'

const [kind] = databaseKinds

/** Cookies as a browser would send them back to a path. */
const sentBack = (header: unknown): string =>
  (Array.isArray(header) ? header : [header]).map((cookie) => String(cookie).split(';')[0]).join('; ')

describe('sessions in cookies', () => {
  let database: TestDatabase
  let service: StartedAccounts
  let cookie: string
  before(async () => {
    database = await aDatabase(kind)
    service = await startAccounts(database, { env: { AUTH_COOKIES: 'true' } })
    const answer = await service.call('POST', '/test/sign-in', { body: { number: '9876543210', asCookies: true } })
    assert.ok(!('accessToken' in answer.body) && !('refreshToken' in answer.body) && answer.body.user)
    cookie = sentBack(answer.headers['set-cookie'])
  })
  after(async () => {
    await service.end()
    await database.end()
  })
  const patch = (headers: Record<string, string>) =>
    service.call('PATCH', '/api/me', { body: { name: 'Asha' }, headers: { cookie, ...headers } })

  test('read without further ado', async () => {
    assert.equal((await service.call('GET', '/api/me', { headers: { cookie } })).status, 200)
  })

  test('change things from our own pages only', async () => {
    assert.equal((await patch({ origin: shopOrigin })).status, 200)
    assert.equal((await patch({ 'x-requested-with': 'shop' })).status, 200)
    for (const headers of [
      {},
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'https://evil.example', 'x-requested-with': 'x' },
    ]) {
      const { status, body } = await patch(headers as Record<string, string>)
      assert.deepEqual([status, body.code], [403, 'request.forbidden'], JSON.stringify(headers))
    }
  })

  test('stand back where there is an Authorization header, which needs no origin', async () => {
    const { accessToken } = await service.signIn('9876543211')
    const bearer = { authorization: `Bearer ${accessToken}` }
    assert.equal((await patch({ ...bearer, origin: 'https://evil.example' })).body.user.phone, '+919876543211')
    assert.equal((await patch({ authorization: 'Bearer nonsense', origin: shopOrigin })).status, 401)
  })

  test('are refreshed and ended by the same rule, and tokens never show', async () => {
    for (const path of ['/api/auth/refresh', '/api/auth/logout'])
      assert.equal((await service.call('POST', path, { headers: { cookie } })).status, 403)
    const renewed = await service.call('POST', '/api/auth/refresh', { headers: { cookie, origin: shopOrigin } })
    assert.deepEqual(
      [renewed.status, 'accessToken' in renewed.body, 'refreshToken' in renewed.body],
      [200, false, false],
    )
    const next = sentBack(renewed.headers['set-cookie'])
    assert.notEqual(next, cookie)
    const out = await service.call('POST', '/api/auth/logout', { headers: { cookie: next, origin: shopOrigin } })
    assert.equal(out.status, 200)
    assert.match(String(out.headers['set-cookie']), /__Host-access=; Path=\/; Max-Age=0/)
    assert.equal((await service.call('GET', '/api/me', { headers: { cookie: next } })).status, 401)
  })

  test('stand back for an access token in the header when somebody signs out', async () => {
    const { accessToken } = await service.signIn('9876543213')
    const cookies = sentBack(
      (await service.call('POST', '/test/sign-in', { body: { number: '9876543214', asCookies: true } })).headers[
        'set-cookie'
      ],
    )
    const headers = { cookie: cookies, authorization: `Bearer ${accessToken}` }
    assert.equal((await service.call('POST', '/api/auth/logout', { headers })).status, 200)
    assert.equal((await service.call('GET', '/api/me', { token: accessToken })).status, 401)
    assert.equal((await service.call('GET', '/api/me', { headers: { cookie: cookies } })).status, 200)
  })

  test('are neither set nor read while they are switched off', async () => {
    const off = await startAccounts(database)
    const answer = await off.call('POST', '/test/sign-in', { body: { number: '9876543212', asCookies: true } })
    assert.ok(answer.body.accessToken && answer.headers['set-cookie'] === undefined)
    const headers = { cookie: `__Host-access=${answer.body.accessToken}` }
    assert.equal((await off.call('GET', '/api/me', { headers })).status, 401)
    await off.end()
  })
})
