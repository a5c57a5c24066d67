import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aService } from '../support/service.ts'

test('what any route checks and answers with can be compiled', async () => {
  const service = await aService({ env: { API_DOCS: 'true' } })
  try {
    await service.app.server.ready()
    let compiled = 0
    while (service.app.server.compileNextSchema()) compiled += 1
    assert.ok(compiled > 200, `${compiled} schemas`)
  } finally {
    await service.end()
  }
})

test('the description of the API names its schemas, and says of each route what it may refuse and whether it takes a token', async () => {
  const service = await aService({ env: { API_DOCS: 'true' } })
  try {
    const { body: description } = await service.call('GET', '/api/openapi.json')
    const { schemas } = description.components
    for (const title of [
      'Cart',
      'Bill',
      'Order',
      'Payment',
      'Store',
      'Variant',
      'request.malformed',
      'server.unavailable',
    ])
      assert.ok(schemas[title], title)
    const references = JSON.stringify(description).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)
    for (const [, title] of references) assert.ok(schemas[title as string], title)

    const statusesOf = (operation: { responses: object }) => Object.keys(operation.responses)
    const operations = Object.values<
      Record<string, { requestBody?: object; parameters?: unknown[]; responses: object }>
    >(description.paths).flatMap((path) => Object.values(path))
    assert.ok(operations.length > 100)
    assert.equal(description.components.securitySchemes.accessToken.scheme, 'bearer')
    const { paths } = description
    const token = { accessToken: [] }
    assert.deepEqual(paths['/api/me'].get.security, [token])
    assert.deepEqual(paths['/api/cart'].get.security, [{}, token])
    assert.deepEqual(paths['/api/webhooks/razorpay'].post.security, [])
    for (const path of ['/api/send-otp', '/api/verify-otp', '/api/auth/refresh'])
      assert.deepEqual(paths[path].post.security, [], path)
    for (const operation of operations) {
      if (operation.requestBody)
        for (const status of ['400', '413', '415']) assert.ok(statusesOf(operation).includes(status))
      if (operation.parameters?.length) assert.ok(statusesOf(operation).includes('400'))
    }
  } finally {
    await service.end()
  }
})
