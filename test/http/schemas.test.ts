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
