import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify, { type FastifyBaseLogger } from 'fastify'
import { createLogger } from '../observability/logger.ts'
import { Unavailable } from '../unavailable.ts'
import { errorHandler } from './error-handler.ts'

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
