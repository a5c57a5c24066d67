import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readListCursor, writeListCursor } from './browse-cursor.ts'

const keys = fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 })

test('a cursor gives back its keys, for the list that it was written for', () => {
  fc.assert(
    fc.property(fc.string(), keys, (list, written) => {
      assert.deepEqual(readListCursor(list, writeListCursor(list, written)), written)
    }),
  )
})

test('a cursor of another list is none', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), keys, (list, other, written) => {
      fc.pre(list !== other)
      assert.equal(readListCursor(other, writeListCursor(list, written)), undefined)
    }),
  )
})

test('a cursor with any letter changed, added or left out is none', () => {
  fc.assert(
    fc.property(keys, fc.nat(), fc.constantFrom('A', 'z', '0', '', 'AA', '='), (written, place, letter) => {
      const cursor = writeListCursor('list', written)
      const at = place % (cursor.length + 1)
      const changed = cursor.slice(0, at) + letter + cursor.slice(at + 1)
      fc.pre(changed !== cursor)
      assert.equal(readListCursor('list', changed), undefined)
    }),
  )
})

test('rubbish is no cursor', () => {
  fc.assert(fc.property(fc.string(), (text) => assert.equal(readListCursor('list', text), undefined)))
})
