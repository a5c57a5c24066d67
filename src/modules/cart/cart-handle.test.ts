import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Secret } from '../../platform/config/secret.ts'
import { newId } from '../../platform/ids.ts'
import { createCartHandles } from './cart-handle.ts'

const [first, second, third] = ['a', 'b', 'c'].map((letter) => new Secret(letter.repeat(40))) as [
  Secret,
  Secret,
  Secret,
]

describe('the handle of a guest’s cart', () => {
  const handles = createCartHandles(first)
  const cartId = newId('crt')
  const handle = handles.issue(cartId)

  test('says which cart it is, and is the same each time', () => {
    assert.deepEqual(handles.read(handle), { cartId, isOld: false })
    assert.equal(handles.issue(cartId), handle)
    assert.match(handle, /^crt_\w{26}\.[\w-]{43}$/)
  })

  test('is good under the key before the last rotation, which it says, and under no other', () => {
    assert.deepEqual(createCartHandles(second, first).read(handle), { cartId, isOld: true })
    assert.equal(createCartHandles(third, second).read(handle), undefined)
  })

  test('is nobody’s when any of it was changed', () => {
    const other = handles.issue(newId('crt'))
    assert.equal(handles.read(`${handle.split('.')[0]}.${other.split('.')[1]}`), undefined)
    for (let at = 0; at < handle.length; at += 1) {
      const changed = `${handle.slice(0, at)}${handle[at] === 'A' ? 'B' : 'A'}${handle.slice(at + 1)}`
      assert.equal(handles.read(changed), undefined, changed)
    }
    for (const text of [
      '',
      '.',
      cartId,
      `${cartId}.`,
      `${handle}A`,
      ` ${handle}`,
      `${handle}\n`,
      'x'.repeat(10_000),
      `${handle},${handle}`,
    ])
      assert.equal(handles.read(text), undefined)
  })
})
