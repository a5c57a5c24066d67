import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createSessionCookies } from './session-cookies.ts'

const tokens = { accessToken: 'a.b.c', accessTokenExpiresIn: 900, refreshToken: 'r', refreshTokenExpiresIn: 60 }
const cookies = createSessionCookies({ enabled: true, development: false, allowedOrigins: ['https://shop.example'] })

function handedOver(each: typeof cookies, asCookies: boolean) {
  const set: string[] = []
  const body = each.handOver({ header: (_name, values) => set.push(...values) }, tokens, { asCookies })
  return { set, body }
}

describe('tokens in cookies', () => {
  test('are out of reach for scripts, other sites and the network, and the refresh token goes to its routes only', () => {
    const { set, body } = handedOver(cookies, true)
    assert.deepEqual(set, [
      '__Host-access=a.b.c; Path=/; Max-Age=900; HttpOnly; SameSite=Lax; Secure',
      '__Secure-refresh=r; Path=/api/auth; Max-Age=60; HttpOnly; SameSite=Strict; Secure',
    ])
    assert.deepEqual(body, { accessTokenExpiresIn: 900, refreshTokenExpiresIn: 60 })
  })

  test('are not set unless they are wanted and switched on', () => {
    const off = createSessionCookies({ enabled: false, development: false, allowedOrigins: [] })
    for (const [each, asCookies] of [
      [cookies, false],
      [off, true],
    ] as const)
      assert.deepEqual(handedOver(each, asCookies), { set: [], body: tokens })
    assert.equal(off.accessToken({ cookie: '__Host-access=a.b.c' }), undefined)
  })

  test('are found by their whole name', () => {
    assert.equal(cookies.accessToken({ cookie: 'x=1; __Host-access=a.b.c; y=2' }), 'a.b.c')
    for (const cookie of [undefined, '', 'access=a', 'x__Host-access=a', '__Host-access=', '__host-access=a', ';;='])
      assert.equal(cookies.accessToken({ ...(cookie !== undefined && { cookie }) }), undefined)
  })

  test('count from our own pages only', () => {
    assert.equal(cookies.isFromOurPages({ origin: 'https://shop.example' }), true)
    assert.equal(cookies.isFromOurPages({ 'x-requested-with': 'shop' }), true)
    for (const origin of ['https://evil.example', 'null', 'https://shop.example.evil.example', 'http://shop.example'])
      assert.equal(cookies.isFromOurPages({ origin, 'x-requested-with': 'shop' }), false)
    assert.equal(cookies.isFromOurPages({}), false)
  })
})
