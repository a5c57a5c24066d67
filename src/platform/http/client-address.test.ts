import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { clientAddress, readTrustProxy } from './client-address.ts'

describe('client addresses', () => {
  test('IPv4 counts whole, mapped IPv4 as IPv4, IPv6 by its /64', () => {
    assert.equal(clientAddress('203.0.113.9', ''), '203.0.113.9')
    assert.equal(clientAddress('::ffff:203.0.113.9', ''), '203.0.113.9')
    assert.equal(clientAddress('2001:db8:0:1:ffff::1', ''), '2001:db8:0:1::/64')
    assert.equal(clientAddress('2001:0DB8::1', ''), clientAddress('2001:db8:0:0:9::', ''))
  })

  test('every address of one /64 is one source, and a neighbour is another', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const source = clientAddress(address, '')
        assert.ok(source.endsWith('::/64') || /^\d+\.\d+\.\d+\.\d+$/.test(source))
      }),
    )
    assert.notEqual(clientAddress('2001:db8::1', ''), clientAddress('2001:db8:0:1::1', ''))
  })

  test('text that is no address falls back to the connection', () => {
    for (const text of ['', 'unknown', '1.2.3', '1.2.3.4, 5.6.7.8', 'fe80::1%a-b', 'a'.repeat(1000)]) {
      assert.equal(clientAddress(text, '10.0.0.1'), '10.0.0.1')
    }
    assert.equal(clientAddress('nonsense', ''), 'unknown')
  })

  test('trust is a number of hops or a list of networks, never everybody', () => {
    const hops = readTrustProxy(['2'])
    assert.ok(typeof hops === 'function')
    assert.deepEqual([hops('', 0), hops('', 1), hops('', 2)], [true, true, false])
    assert.deepEqual(readTrustProxy(['10.0.0.0/8', '::1']), ['10.0.0.0/8', '::1'])
    assert.equal(readTrustProxy([]), false)
    for (const text of [
      'true',
      '*',
      'all',
      '-1',
      '100',
      '0.0.0.0/0',
      '::/0',
      '10.0.0.0/8/8',
      '10.0.0.0/',
      'fe80::1%a-b',
    ])
      assert.equal(readTrustProxy([text]), undefined)
  })
})
