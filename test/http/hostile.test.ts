import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { aService, type Service } from '../support/service.ts'

const origin = 'https://shop.example'

describe('what no honest client sends', () => {
  let service: Service
  let port: number
  before(async () => {
    service = await aService({ env: { CORS_ORIGINS: origin, TRUST_PROXY: '1', API_DOCS: 'true' } })
    await service.app.server.listen({ host: '127.0.0.1', port: 0 })
    port = (service.app.server.server.address() as AddressInfo).port
  })
  after(() => service.end())

  /** Everything that comes back until the server ends the connection. */
  async function exchange(...parts: string[]): Promise<string> {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    socket.on('data', (chunk) => (text += chunk))
    socket.on('error', () => undefined)
    const closed = once(socket, 'close')
    for (const part of parts) {
      socket.write(part)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    await closed
    return text
  }

  const host = 'Host: x\r\nConnection: close\r\n'
  const refusals: [what: string, bytes: string, status: number, code: string][] = [
    ['no request at all', 'rubbish\r\n\r\n', 400, 'request.malformed'],
    ['a request without a host', 'GET /api/health HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'request.malformed'],
    ['headers without an end', `GET / HTTP/1.1\r\n${host}X: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'request.malformed'],
    ['an expectation', `GET /api/health HTTP/1.1\r\n${host}Expect: 200-ok\r\n\r\n`, 417, 'request.malformed'],
    ['a tunnel', 'CONNECT shop.example:443 HTTP/1.1\r\nHost: x\r\n\r\n', 405, 'request.method_not_allowed'],
    ['an address of half a character', `GET /%zz HTTP/1.1\r\n${host}\r\n`, 400, 'request.malformed'],
  ]
  for (const [what, bytes, status, code] of refusals) {
    test(`${what} is answered in JSON, with a request id and the security headers`, async () => {
      const answer = await exchange(bytes)
      assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `))
      assert.match(answer, /x-content-type-options: nosniff/i)
      const body = JSON.parse(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1))
      assert.deepEqual([body.success, body.code], [false, code])
      assert.match(body.requestId, /^req_/)
      assert.ok(answer.includes(`x-request-id: ${body.requestId}`))
    })
  }

  test('an older client may leave the host out', async () => {
    assert.match(await exchange('GET /api/health/live HTTP/1.0\r\n\r\n'), /^HTTP\/1\.1 200 /)
  })

  test('rubbish after a request does not take the place of its answer', async () => {
    service.vendor.answer({ twilio: { afterMs: 500 } })
    const body = '{"phoneNumber":"9876543210"}'
    const request = `POST /api/send-otp HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    assert.equal(await exchange(request, 'rubbish\r\n\r\n'), '')
    service.vendor.answer({ twilio: 'accept' })
  })

  test('a body that breaks off in the middle is refused all the same', async () => {
    const head =
      'POST /api/send-otp HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked'
    assert.match(await exchange(`${head}\r\n\r\n5\r\n{"a":\r\n`, 'zz\r\n'), /^HTTP\/1\.1 400 [\s\S]*request\.malformed/)
  })

  test('web pages of allowed origins can read the refusal of a bad address', async () => {
    const readable = await service.call('GET', '/%zz', { headers: { origin } })
    assert.deepEqual([readable.status, readable.headers['access-control-allow-origin']], [400, origin])
    assert.equal(readable.headers['vary'], 'Origin')
    const foreign = await service.call('GET', '/%zz', { headers: { origin: 'https://evil.example' } })
    assert.equal(foreign.headers['access-control-allow-origin'], undefined)
  })

  test('an address with a zone, forwarded by the proxy, is no fault of ours', async () => {
    for (const address of ['fe80::1%a-b', 'fe80::1%eth0', '1.2.3.4%x', '%', '::1%']) {
      const { status } = await service.status('9876543210', { headers: { 'x-forwarded-for': address } })
      assert.equal(status, 200, address)
    }
  })

  test('an unknown path or method is told before anything is said about the body', async () => {
    const broken = { headers: { origin }, body: '{"phoneNumber":' }
    const unknown = await service.call('POST', '/api/nothing-here', broken)
    assert.deepEqual([unknown.status, unknown.body.code], [404, 'request.not_found'])
    assert.equal(unknown.headers['access-control-allow-origin'], origin)
    const method = await service.call('PUT', '/api/verify-otp', broken)
    assert.deepEqual([method.status, method.headers['allow']], [405, 'POST'])
    assert.equal((await service.call('POST', '/api/verify-otp', broken)).status, 400)
  })

  test('a missing file of the try-it page is missing, not forbidden to be read', async () => {
    const { status, headers } = await service.call('GET', '/docs/static/nope')
    assert.deepEqual([status, headers['allow']], [404, undefined])
  })
})
