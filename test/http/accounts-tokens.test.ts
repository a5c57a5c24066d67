import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { decodeProtectedHeader } from 'jose'
import { newId } from '../../src/platform/ids.ts'
import { publicUrl, type StartedAccounts, startAccounts } from '../support/accounts.ts'
import { minutes } from '../support/clock.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')

/** Checks a token as a service would that knows nothing but the address of the keys. */
const otherService = `
  import { createRemoteJWKSet, jwtVerify } from 'jose'
  const [url, issuer, at, token] = process.argv.slice(1)
  const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(url)), { issuer, currentDate: new Date(Number(at)) })
  console.log(JSON.stringify(payload))`

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** The same bytes in Base64, their last letter with other spare bits. */
const respelt = (text: string): string => text.slice(0, -1) + letters[letters.indexOf(text.at(-1) as string) ^ 1]

for (const kind of databaseKinds) {
  describe(`access tokens on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let service: StartedAccounts
    let token: string
    before(async () => {
      database = await aDatabase(kind)
      service = await startAccounts(database)
      token = (await service.signIn('9876543210')).accessToken
    })
    after(async () => {
      await service.end()
      await database.end()
    })
    const ask = (authorization?: string) =>
      service.call('GET', '/test/anyone', { headers: authorization === undefined ? {} : { authorization } })

    test('are asked for, and what is none is refused, each with what to do about it', async () => {
      assert.equal((await ask(`Bearer ${token}`)).status, 200)
      assert.equal((await ask(`bearer  ${token}`)).status, 200)
      for (const nothing of [undefined, '', 'Bearer', 'Bearer ', `Basic ${token}`, token]) {
        const { status, headers, body } = await ask(nothing)
        assert.deepEqual(
          [status, headers['www-authenticate'], body.success, body.code],
          [401, 'Bearer', false, 'request.unauthorized'],
          nothing,
        )
      }
      for (const junk of ['x', 'a.b.c', '..', 'é.é.é', `${token}.x`, 'x'.repeat(9000), '{}', 'undefined']) {
        const { status, headers } = await ask(`Bearer ${junk}`)
        assert.deepEqual([status, headers['www-authenticate']], [401, 'Bearer error="invalid_token"'], junk)
      }
    })

    test('are optional where guests may come, and a bad one is refused there too', async () => {
      const visit = (authorization?: string) =>
        service.call('GET', '/test/visitors', { headers: authorization === undefined ? {} : { authorization } })
      const guest = await visit()
      assert.deepEqual([guest.status, guest.body], [200, {}])
      const { status, body } = await visit(`Bearer ${token}`)
      assert.equal(status, 200)
      assert.match(body.visitor.userId, /^usr_/)
      for (const junk of ['', 'Bearer', `Basic ${token}`, 'Bearer x', `Bearer ${token}x`])
        assert.equal((await visit(junk)).status, 401, junk)
    })

    test('that are forged in any way are refused', async () => {
      const [header = '', payload = '', signature = ''] = token.split('.')
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
      const { kid } = decodeProtectedHeader(token)
      const { body: jwks } = await service.call('GET', '/.well-known/jwks.json')
      const publicKey = Buffer.from(jwks.keys[0].x, 'base64url')
      const foreign = generateKeyPairSync('ed25519').privateKey
      const signed = (head: object, body: object) => {
        const text = `${encode(head)}.${encode(body)}`
        return `${text}.${sign(null, Buffer.from(text), foreign).toString('base64url')}`
      }
      const byHmac = (key: Buffer | string) => {
        const text = `${encode({ alg: 'HS256', typ: 'JWT', kid })}.${payload}`
        return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
      }
      const jwk = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
      const forged: Record<string, string> = {
        'another spelling of the same signature': `${header}.${payload}.${respelt(signature)}`,
        unsigned: `${encode({ alg: 'none', kid })}.${payload}.`,
        'unsigned with a signature': `${encode({ alg: 'none', kid })}.${payload}.${signature}`,
        'HS256 under the public key': byHmac(publicKey),
        'HS256 under the public key as text': byHmac(jwks.keys[0].x),
        'another key': signed({ alg: 'EdDSA', kid }, claims),
        'a key of its own': signed({ alg: 'EdDSA', kid, jwk }, claims),
        'no kid': signed({ alg: 'EdDSA' }, claims),
        'a kid that is no text': signed({ alg: 'EdDSA', kid: 1 }, claims),
        'a critical extension': signed({ alg: 'EdDSA', kid, crit: ['exp'] }, claims),
        'other claims': `${header}.${encode({ ...claims, roles: ['admin'] })}.${signature}`,
        'a cut signature': token.slice(0, -4),
      }
      for (const [name, text] of Object.entries(forged)) assert.equal((await ask(`Bearer ${text}`)).status, 401, name)
      const unknownKid = signed({ alg: 'EdDSA', kid: newId('key') }, claims)
      assert.equal((await ask(`Bearer ${unknownKid}`)).status, 401)
      assert.equal((await ask(`Bearer ${token}`)).status, 200)
    })

    test('of another issuer with the same keys are refused', async () => {
      const other = await startAccounts(database, { env: { TOKEN_ISSUER: 'https://staging.shop.example' } })
      const { accessToken } = await other.signIn('9876543210')
      assert.equal((await other.call('GET', '/test/anyone', { token: accessToken })).status, 200)
      assert.equal((await ask(`Bearer ${accessToken}`)).status, 401)
      await other.end()
    })

    test('end after 15 minutes to the second, seen before or not', async () => {
      const clock = service.clock.now()
      const [seen, unseen] = [await service.signIn('9876543210'), await service.signIn('9876543210')]
      service.clock.pass(minutes(15) - 1)
      assert.equal((await ask(`Bearer ${seen.accessToken}`)).status, 200)
      service.clock.pass(1)
      for (const { accessToken } of [seen, unseen]) assert.equal((await ask(`Bearer ${accessToken}`)).status, 401)
      service.clock.set(clock)
    })

    test('without a role that is needed are answered 403', async () => {
      const { status, body } = await service.call('GET', '/test/pickers', { token })
      assert.deepEqual([status, body.code], [403, 'request.forbidden'])
      assert.equal((await service.call('GET', '/test/pickers')).status, 401)
    })

    test('are checked by another program that knows nothing but the address of the keys', async () => {
      await service.server.listen({ port: 0, host: '127.0.0.1' })
      const { port } = service.server.server.address() as { port: number }
      const url = `http://127.0.0.1:${port}/.well-known/jwks.json`
      const check = (text: string, issuer = publicUrl) =>
        promisify(execFile)(process.execPath, [
          '--input-type=module',
          '-e',
          otherService,
          url,
          issuer,
          String(service.clock.now()),
          text,
        ])
      const { user, accessToken } = await service.signIn('9876543211')
      const claims = JSON.parse((await check(accessToken)).stdout)
      assert.deepEqual([claims.sub, claims.iss, claims.roles], [user.id, publicUrl, ['customer']])
      assert.equal(claims.exp - claims.iat, 900)
      await assert.rejects(check(accessToken, 'https://elsewhere.example'))
      await assert.rejects(check(accessToken.replace(/.{4}$/, 'AAAA')))
      const { headers, body } = await service.call('GET', '/.well-known/jwks.json')
      assert.equal(headers['cache-control'], 'public, max-age=300')
      assert.deepEqual(Object.keys(body.keys[0]).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x'])
    })
  })
}
