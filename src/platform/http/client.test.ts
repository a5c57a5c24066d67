import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { createHttpClient, failureCode, HttpFailure } from './client.ts'

describe('the client for vendors', () => {
  let server: Server
  let baseUrl: string
  let answer: (request: IncomingMessage, response: ServerResponse, body: string) => void
  before(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request
        .on('data', (chunk) => chunks.push(chunk))
        .on('end', () => answer(request, response, `${Buffer.concat(chunks)}`))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(() => {
    server.closeAllConnections()
    server.close()
  })

  const client = (timeoutMs = 5000, url = baseUrl) => createHttpClient({ baseUrl: url, timeoutMs, vendor: 'test' })
  const failure = async (work: () => Promise<unknown>): Promise<HttpFailure> => {
    const thrown = await work().then(
      () => assert.fail('it was answered'),
      (error: unknown) => error,
    )
    assert.ok(thrown instanceof HttpFailure, String(thrown))
    return thrown
  }

  test('sends a form or JSON with its length, and reads what is answered', async () => {
    const seen: [string | undefined, string | undefined, string | undefined, string][] = []
    answer = ({ headers, method }, response, body) => {
      seen.push([method, headers['content-type'], headers['content-length'], body])
      response.writeHead(201, { 'content-type': 'application/json' }).end('{"id":"SM1"}')
    }
    assert.deepEqual(await client().post({ path: '/a', form: { To: '+91 1', none: undefined } }), {
      status: 201,
      body: { id: 'SM1' },
    })
    await client().post({ path: '/a', json: { name: 'दूध' } })
    await client().get({ path: '/a', basicAuth: ['user', 'word'] })
    assert.deepEqual(seen, [
      ['POST', 'application/x-www-form-urlencoded', '10', 'To=%2B91+1'],
      ['POST', 'application/json', '20', '{"name":"दूध"}'],
      ['GET', undefined, undefined, ''],
    ])
  })

  test('keeps its connection for the next call', async () => {
    const ports = new Set<number | undefined>()
    answer = ({ socket }, response) => {
      ports.add(socket.remotePort)
      response.end('{}')
    }
    for (let call = 0; call < 3; call += 1) {
      await client().get({ path: '/' })
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    assert.equal(ports.size, 1)
  })

  test('follows no redirect, and takes what is no object for an empty one', async () => {
    const bodies = ['<html>', '[1]', '"text"', 'null', '']
    answer = ({ url }, response) => {
      if (url === '/moved') response.writeHead(302, { location: '/elsewhere' }).end('{}')
      else response.end(bodies[Number(url?.slice(1))])
    }
    assert.deepEqual(await client().get({ path: '/moved' }), { status: 302, body: {} })
    for (const at of bodies.keys()) assert.deepEqual(await client().get({ path: `/${at}` }), { status: 200, body: {} })
  })

  test('does not wait for the end of an answer that is too long', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write(`{"text":"${'x'.repeat(70_000)}`)
    }
    assert.deepEqual(await client().get({ path: '/' }), { status: 200, body: {} })
  })

  test('fails by the time in which all its calls together had to end, also in the middle of an answer', async () => {
    answer = ({ url }, response) => {
      if (url === '/half') response.writeHead(200).write('{"half":')
      else if (url === '/slow') setTimeout(() => response.end('{}'), 200)
    }
    for (const path of ['/half', '/never']) {
      const thrown = await failure(() => client(150).get({ path }))
      assert.deepEqual([thrown.kind, failureCode(thrown)], ['timeout', 'timeout'])
    }
    const one = client(300)
    await one.get({ path: '/slow' })
    assert.equal((await failure(() => one.get({ path: '/slow' }))).kind, 'timeout')
  })

  test('says what of the system kept an answer from coming', async () => {
    answer = ({ socket, url }, response) => {
      if (url === '/half') response.writeHead(200, { 'content-length': '100' }).write('{', () => socket.destroy())
      else socket.destroy()
    }
    for (const path of ['/', '/half']) {
      const thrown = await failure(() => client().get({ path }))
      assert.deepEqual([thrown.kind, failureCode(thrown)], ['connection', 'ECONNRESET'])
    }
    const nobody = await failure(() => client(5000, 'http://127.0.0.1:1').get({ path: '/' }))
    assert.deepEqual([nobody.kind, failureCode(nobody)], ['connection', 'ECONNREFUSED'])
    const nowhere = await failure(() => client(5000, 'http://nowhere.invalid').get({ path: '/' }))
    assert.equal(nowhere.kind, 'connection')
    assert.match(failureCode(nowhere), /ENOTFOUND|EAI_AGAIN/)
  })
})
