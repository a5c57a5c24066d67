import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { pageOf, readCursor, readPage, writeCursor } from './pagination.ts'

const keys = fc.array(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 }), {
  minLength: 1,
  maxLength: 3,
})

describe('cursors', () => {
  test('give back the keys that were put in, and only for a list with as many', () => {
    fc.assert(
      fc.property(keys, (given) => {
        const cursor = writeCursor(given)
        assert.match(cursor, /^[\w-]+$/)
        assert.deepEqual(readCursor(cursor, given.length), given)
        assert.equal(readCursor(cursor, given.length + 1), undefined)
      }),
    )
  })

  test('that were not written here are refused, whatever they hold', () => {
    fc.assert(fc.property(fc.string(), (text) => assert.equal(readCursor(text, 1), undefined)))
    const forged = ['["a\\u0000"]', '[1]', '["a"', '{"0":"a"}', '["a"] ', 'null', `["${'a'.repeat(121)}"]`]
    for (const text of forged) assert.equal(readCursor(Buffer.from(text).toString('base64url'), 1), undefined, text)
  })

  test('are a malformed request when they are refused', () => {
    assert.throws(() => readPage({ cursor: 'x' }), { code: 'request.malformed' })
    assert.deepEqual(readPage({ limit: '7', cursor: writeCursor(['a']) }), { limit: 7, after: ['a'] })
    assert.deepEqual(readPage({}), { limit: 20 })
  })
})

describe('pages', () => {
  test('one after the other hold every row once, in order, and the last names no next', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(), { maxLength: 40 }), fc.integer({ min: 1, max: 10 }), (numbers, limit) => {
        const all = numbers.map((number) => String(number).padStart(12, '0')).sort()
        const seen: string[] = []
        let cursor: string | null = null
        for (;;) {
          const request = readPage({ limit: String(limit), ...(cursor !== null && { cursor }) })
          const rest = all.filter((each) => each > (request.after?.[0] ?? ''))
          const page = pageOf(rest.slice(0, limit + 1), request, (each) => [each])
          seen.push(...page.items)
          cursor = page.nextCursor
          if (cursor === null) break
        }
        assert.deepEqual(seen, all)
      }),
    )
  })
})
