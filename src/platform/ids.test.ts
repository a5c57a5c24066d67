import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fromString, toUUID } from 'typeid-js'
import { newId, randomSecret } from './ids.ts'

describe('ids', () => {
  test('are TypeIDs over a UUIDv7 that carries the time', () => {
    const before = Date.now()
    const id = newId('usr')
    const uuid = toUUID(fromString(id, 'usr'))
    assert.match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    const at = Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16)
    assert.ok(at >= before && at <= Date.now())
  })

  test('never repeat, and neither do secrets', () => {
    const ids = Array.from({ length: 20_000 }, () => newId('x'))
    assert.equal(new Set(ids).size, ids.length)
    const secrets = Array.from({ length: 20_000 }, () => randomSecret(16).toString('hex'))
    assert.equal(new Set(secrets).size, secrets.length)
  })
})
