import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { pageOf, readCursor, readPage, writeCursor } from './pagination.ts'

const keys = fc.array(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 }), {
  minLength: 1,
  maxLength: 3,
})

const asking = (query: Record<string, string>, url = '/things/:id', params = { id: 'x' }) => ({
  routeOptions: { url },
  params,
  query,
})

describe('cursors', () => {
  test('give back the keys that were put in, and only for a list with as many', () => {
    fc.assert(
      fc.property(keys, (given) => {
        const cursor = writeCursor('a list', given)
        assert.match(cursor, /^[\w-]+$/)
        assert.deepEqual(readCursor('a list', cursor, given.length), given)
        assert.equal(readCursor('a list', cursor, given.length + 1), undefined)
        assert.equal(readCursor('another list', cursor, given.length), undefined)
      }),
    )
  })

  test('that were not written here are refused, whatever they hold', () => {
    fc.assert(fc.property(fc.string(), (text) => assert.equal(readCursor('a list', text, 1), undefined)))
    const forged = ['["a\\u0000"]', '[1]', '["a"', '{"0":"a"}', '["a"] ', 'null', `["${'a'.repeat(121)}"]`]
    for (const text of forged)
      assert.equal(readCursor('a list', Buffer.from(text).toString('base64url'), 1), undefined, text)
  })

  test('are a malformed request when they are refused', () => {
    const { list } = readPage(asking({}))
    assert.throws(() => readPage(asking({ cursor: 'x' })), { code: 'request.malformed' })
    const cursor = writeCursor(list, ['a'])
    assert.deepEqual(readPage(asking({ limit: '7', cursor })), { list, limit: 7, after: ['a'] })
    assert.deepEqual(readPage(asking({})), { list, limit: 20 })
  })

  test('are refused with another key in them, of another path, with other filters', () => {
    const given = { city: 'Pune', status: 'open' }
    const { list } = readPage(asking(given))
    const cursor = writeCursor(list, ['a1'])
    const keys = (request: ReturnType<typeof asking>) => readPage(request).after
    assert.deepEqual(keys(asking({ status: 'open', limit: '3', city: 'Pune', cursor })), ['a1'])
    const [check] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [string]
    const tampered = Buffer.from(JSON.stringify([check, 'a2'])).toString('base64url')
    for (const other of [
      asking({ ...given, cursor: tampered }),
      asking({ ...given, city: 'Delhi', cursor }),
      asking({ city: 'Pune', cursor }),
      asking({ ...given, cursor }, '/other/:id'),
      asking({ ...given, cursor }, '/things/:id', { id: 'y' }),
    ])
      assert.throws(() => keys(other), { code: 'request.malformed' })
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
          const request = readPage(asking({ limit: String(limit), ...(cursor !== null && { cursor }) }))
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
