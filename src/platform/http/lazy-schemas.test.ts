import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import Fastify from 'fastify'
import { createLazySchemas } from './lazy-schemas.ts'

const amount = { type: 'object', properties: { amount: { type: 'integer' } }, required: ['amount'] }

async function aServer(body: object = amount) {
  const schemas = createLazySchemas()
  const app = Fastify({ schemaController: { compilersFactory: schemas.compilersFactory } })
  app.post('/', { schema: { body, response: { 200: amount } } }, async (request) => request.body)
  await app.ready()
  return { schemas, app, post: (payload: object) => app.inject({ method: 'POST', url: '/', payload }) }
}

describe('schemas that are compiled later', () => {
  test('check requests and write answers as Fastify does, from the first on', async () => {
    const { post } = await aServer()
    for (let times = 0; times < 2; times += 1) {
      assert.deepEqual((await post({ amount: 1, more: true })).json(), { amount: 1 })
      const { statusCode, body } = await post({ amount: 'x' })
      assert.equal(statusCode, 400)
      assert.match(body, /body\/amount must be integer/)
      assert.match((await post({})).body, /must have required property 'amount'/)
    }
  })

  test('are compiled once, by a request or before one', async () => {
    const { schemas, post } = await aServer()
    assert.equal(schemas.compileNext(), true)
    await post({ amount: 1 })
    assert.equal(schemas.compileNext(), false)
  })

  test('are refused as soon as they are compiled when they are none', async () => {
    const { schemas } = await aServer({ type: 'nothing' })
    assert.throws(() => {
      while (schemas.compileNext());
    }, /schema is invalid/)
  })
})
