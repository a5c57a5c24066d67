import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { secretPrefix, signedHeaders } from './sign-message.ts'

const aSecret = fc
  .uint8Array({ minLength: 24, maxLength: 64 })
  .map((bytes) => secretPrefix + Buffer.from(bytes).toString('base64'))

describe('a signed message', () => {
  it('is taken by the reference implementation, whatever it holds', () => {
    fc.assert(
      fc.property(aSecret, fc.string({ unit: 'binary' }), (secret, text) => {
        const body = JSON.stringify({ text: text.toWellFormed() })
        const headers = signedHeaders({ id: 'whm_1', body, at: Date.now() }, [secret])
        assert.deepEqual(new Webhook(secret).verify(body, headers), JSON.parse(body))
      }),
    )
  })

  it('is taken by whoever knows one of its secrets, and by nobody else', () => {
    fc.assert(
      fc.property(fc.uniqueArray(aSecret, { minLength: 3, maxLength: 3 }), ([next = '', former = '', other = '']) => {
        const headers = signedHeaders({ id: 'whm_1', body: '{}', at: Date.now() }, [next, former])
        assert.ok(new Webhook(next).verify('{}', headers))
        assert.ok(new Webhook(former).verify('{}', headers))
        assert.throws(() => new Webhook(other).verify('{}', headers))
      }),
    )
  })

  it('is refused under another id, at another time, and with another body', () => {
    const secret = secretPrefix + Buffer.alloc(32, 7).toString('base64')
    const headers = signedHeaders({ id: 'whm_1', body: '{}', at: Date.now() }, [secret])
    const later = String(Number(headers['webhook-timestamp']) + 1)
    for (const forged of [{ 'webhook-id': 'whm_2' }, { 'webhook-timestamp': later }])
      assert.throws(() => new Webhook(secret).verify('{}', { ...headers, ...forged }))
    assert.throws(() => new Webhook(secret).verify('{ }', headers))
  })
})
