import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify, { type FastifyBaseLogger } from 'fastify'
import { createLogger } from '../observability/logger.ts'
import { Unavailable } from '../unavailable.ts'
import { errorHandler } from './error-handler.ts'
import { httpProblems } from './http-problems.ts'
import { problems } from './problem.ts'

test('a failed command is logged by its error alone, whether it was expected or not', async () => {
  const lines: string[] = []
  const log = await createLogger(
    { level: 'info' },
    { development: false, stream: { write: (line) => void lines.push(line) } },
  )
  const app = Fastify({ loggerInstance: log as FastifyBaseLogger })
  app.setErrorHandler(errorHandler({ strict: false }))
  const command = { name: 'evalsha', args: ['key-of-a-person', 'digest-of-a-code'] }
  const failure = Object.assign(new Error('Command timed out'), { code: 'ETIMEDOUT', command })
  app.get('/expected', async () => Promise.reject(new Unavailable('Redis', failure)))
  app.get('/fault', async () => Promise.reject(failure))

  assert.equal((await app.inject('/expected')).statusCode, 503)
  assert.equal((await app.inject('/fault')).statusCode, 500)
  const logged = lines.join('')
  assert.match(logged, /"cause":\{"name":"Error","message":"Command timed out","code":"ETIMEDOUT"\}/)
  assert.equal(logged.match(/Command timed out/g)?.length, 3) // with the stack of the fault
  assert.doesNotMatch(logged, /evalsha|person|digest/)
})

test('a route that describes its answers lists whom it refuses, and what is not there, or fails in tests', async () => {
  const app = Fastify()
  app.setErrorHandler(errorHandler({ strict: true }))
  const { forbidden, notFound } = httpProblems
  const listed = { response: problems(forbidden) }
  app.get('/listed', { schema: listed }, async () => Promise.reject(forbidden()))
  app.get('/not-listed', { schema: listed }, async () => Promise.reject(notFound()))
  app.get('/not-described', async () => Promise.reject(notFound()))
  const statuses = ['/listed', '/not-listed', '/not-described'].map(async (url) => (await app.inject(url)).statusCode)
  assert.deepEqual(await Promise.all(statuses), [403, 500, 404])
})

test('a malformed request is told which fields are missing or wrong, and none of their values', async () => {
  const app = Fastify({ ajv: { customOptions: { removeAdditional: false } } })
  app.setErrorHandler(errorHandler({ strict: false }))
  const text = { type: 'string', pattern: '^\\d+$' }
  const line = { type: 'object', properties: { quantity: { type: 'integer' } } }
  const lines = { type: 'array', items: line }
  const schema = {
    querystring: { type: 'object', required: ['storeId'], properties: { storeId: text, limit: text } },
    body: {
      type: 'object',
      properties: { lines, more: { type: 'object', additionalProperties: text } },
      additionalProperties: false,
    },
  }
  app.post('/things', { schema }, async () => 'done')
  const post = async (query: string, payload: object | string) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await app.inject({ method: 'POST', url: `/things${query}`, payload, headers })
    const { code, message, fields } = answer.json()
    assert.deepEqual([answer.statusCode, code], [400, 'request.malformed'])
    assert.doesNotMatch(answer.body, /secret/)
    return { message, fields }
  }
  const because = 'The request is not well formed: '
  assert.deepEqual(await post('', {}), {
    message: `${because}query.storeId is missing`,
    fields: ['query.storeId'],
  })
  assert.deepEqual((await post('?storeId=1&limit=secret', {})).fields, ['query.limit'])
  assert.deepEqual(await post('?storeId=1', { lines: [{ quantity: 'secret' }] }), {
    message: `${because}body.lines.0.quantity is wrong`,
    fields: ['body.lines.0.quantity'],
  })
  assert.deepEqual((await post('?storeId=1', { more: { 'a secret': 'x' } })).fields, ['body.more'])
  assert.deepEqual(await post('?storeId=1', { amountpaise: 'secret' }), {
    message: `${because}body.amountpaise is not known`,
    fields: ['body.amountpaise'],
  })
  assert.deepEqual((await post('?storeId=1', { 'a secret': 'x' })).fields, ['body'])
  for (const broken of ['{"secret', ''])
    assert.deepEqual(await post('?storeId=1', broken), { message: `${because}the body is no JSON`, fields: undefined })
})
