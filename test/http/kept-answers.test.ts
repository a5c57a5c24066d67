import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as httpRequest, type IncomingHttpHeaders, type RequestOptions } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { readSection } from '../../src/platform/config/read-section.ts'
import { httpSettings } from '../../src/platform/http/http-settings.ts'
import { createServer, type Server } from '../../src/platform/http/server.ts'
import { createLogger } from '../../src/platform/observability/logger.ts'
import { createMetrics } from '../../src/platform/observability/metrics.ts'

const origin = 'https://shop.example'
const kept = {
  body: Buffer.from('{"success":true,"from":"memory"}'),
  etag: '"abc"',
  contentType: 'application/json; charset=utf-8',
  cacheControl: 'public, max-age=0, must-revalidate',
  route: '/things',
}

describe('what is kept in memory', () => {
  let server: Server
  let port = 0
  const metrics = createMetrics()
  const lines: string[] = []
  before(async () => {
    const stream = { write: (line: string) => void lines.push(line) }
    const log = await createLogger({ level: 'debug' }, { development: false, stream })
    const settings = readSection(httpSettings, { CORS_ORIGINS: origin }, { development: false, now: 0 }, [])
    server = await createServer({ settings, development: false, log, metrics, takesCookies: true })
    server.get('/things', async (_request, reply) =>
      reply
        .header('cache-control', kept.cacheControl)
        .header('etag', kept.etag)
        .header('content-type', kept.contentType)
        .send(kept.body),
    )
    server.answerFirst((url) => (url === '/things?kept' ? kept : undefined))
    await server.listen({ port: 0, host: '127.0.0.1' })
    port = (server.server.address() as AddressInfo).port
  })
  after(() => server.close())

  async function ask(path: string, options: RequestOptions = {}, body = '') {
    const sent = httpRequest({ port, path, agent: false, ...options })
    sent.end(body)
    const [answer] = await once(sent, 'response')
    let text = ''
    for await (const chunk of answer) text += chunk
    return { status: answer.statusCode as number, headers: answer.headers as IncomingHttpHeaders, text }
  }

  test('is sent with the headers that a route sends, and an id of its own', async () => {
    for (const headers of [{}, { origin }, { origin: 'https://evil.example' }]) {
      const [fromRoute, fromMemory] = [await ask('/things', { headers }), await ask('/things?kept', { headers })]
      const comparable = ({ headers: { date: _date, 'x-request-id': _id, ...others } }: typeof fromRoute) => others
      assert.deepEqual(comparable(fromMemory), comparable(fromRoute))
      assert.equal(fromMemory.text, fromRoute.text)
      assert.match(String(fromMemory.headers['x-request-id']), /^req_[0-9a-z]{26}$/)
      assert.notEqual(fromMemory.headers['x-request-id'], fromRoute.headers['x-request-id'])
    }
  })

  test('is not sent again to who has it', async () => {
    for (const header of ['"abc"', 'W/"abc"', '"x", "abc"', '*']) {
      const { status, text, headers } = await ask('/things?kept', { headers: { 'if-none-match': header } })
      assert.deepEqual([status, text, headers.etag, headers['content-length']], [304, '', '"abc"', undefined])
    }
    assert.equal((await ask('/things?kept', { headers: { 'if-none-match': '"x"' } })).status, 200)
  })

  test('is not sent to other methods, other URLs, and requests that are not plain', async () => {
    assert.equal((await ask('/things?kept', { method: 'POST' })).status, 405)
    assert.equal((await ask('/things?kept', { method: 'HEAD' })).text, '')
    assert.equal((await ask('/none')).status, 404)
    const withBody = { headers: { 'content-length': '2', 'content-type': 'application/json' } }
    assert.equal((await ask('/things?kept', withBody, '{}')).status, 200)
    const socket = connect(port, '127.0.0.1')
    socket.end('GET /things?kept HTTP/1.1\r\nConnection: close\r\n\r\n')
    let answer = ''
    for await (const chunk of socket) answer += chunk
    assert.match(answer, /^HTTP\/1\.1 400 /, 'a request must name its host')
  })

  test('is counted and logged as an answer of its route', async () => {
    const { headers } = await ask('/things?kept')
    await new Promise((resolve) => setTimeout(resolve, 50))
    const { text } = await metrics.expose()
    assert.match(text, /http_request_duration_seconds_count\{method="GET",route="\/things",status="200"\} [1-9]/)
    assert.match(text, /http_request_duration_seconds_count\{method="GET",route="\/things",status="304"\} [1-9]/)
    assert.ok(lines.some((line) => line.includes(String(headers['x-request-id'])) && line.includes('/things')))
  })

  test('is sent in order on a connection that asks for several things at once', async () => {
    const socket = connect(port, '127.0.0.1')
    const ask = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`
    socket.write(ask('/none') + ask('/things?kept') + ask('/things') + ask('/things?kept', 'Connection: close\r\n'))
    let answers = ''
    for await (const chunk of socket) answers += chunk
    assert.deepEqual(answers.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 404', ...Array(3).fill('HTTP/1.1 200')])
  })
})
