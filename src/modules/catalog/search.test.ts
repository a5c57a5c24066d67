import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { beginsAlike, readQuery, tidyQuery, typos, typosAllowed } from './search.ts'
import { choosePlace, placeAfter, shareOf } from './search-front.ts'
import { combinations, textCondition } from './search-tsquery.ts'

const word = fc.stringMatching(/^[a-z]{1,8}$/)

describe('typos', () => {
  test('counts what a hand does wrong once', () => {
    for (const mistyped of ['mlik', 'mik', 'millk', 'mulk', 'ilk', 'milky']) assert.equal(typos(mistyped, 'milk'), 1)
    assert.equal(typos('', 'abc'), 3)
    assert.equal(typos('दध', 'दूध'), 1)
  })

  test('is a distance: nothing for the same, the same both ways, at most the longer word', () => {
    fc.assert(
      fc.property(word, word, (one, other) => {
        const distance = typos(one, other)
        assert.equal(distance === 0, one === other)
        assert.equal(distance, typos(other, one))
        assert.ok(distance <= Math.max(one.length, other.length))
        assert.ok(distance >= Math.abs(one.length - other.length))
      }),
    )
  })

  test('is tolerated in the first letter only where it is swapped with the second', () => {
    for (const [typed, word] of [
      ['milk', 'mlik'],
      ['imlk', 'milk'],
      ['दध', 'दूध'],
    ] as const)
      assert.ok(beginsAlike(typed, word))
    for (const [typed, word] of [
      ['surf', 'urf'],
      ['tilk', 'milk'],
      ['coke', 'oke'],
    ] as const)
      assert.ok(!beginsAlike(typed, word))
  })

  test('allows none in numbers and very short words', () => {
    assert.deepEqual(['500', 'a2', 'ml', 'tea', 'surf', 'bread', 'butter'].map(typosAllowed), [0, 0, 0, 0, 1, 1, 2])
  })
})

describe('a query', () => {
  test('is read without fillers, unless it is nothing else', () => {
    const words = (text: string) => readQuery(text).map(({ word: each }) => each)
    assert.deepEqual(words('the bread and butter'), ['bread', 'butter'])
    assert.deepEqual(words('and the'), ['and', 'the'])
    assert.deepEqual(words('Amul MILK 500ml, milk!'), ['amul', 'milk', '500ml'])
    assert.deepEqual(words('%_\'"; drop table; 🥛'), ['drop', 'table'])
  })

  test('leaves its last word open while it is typed', () => {
    const open = (text: string) =>
      readQuery(text)
        .filter(({ isOpen }) => isOpen)
        .map(({ word: each }) => each)
    assert.deepEqual(open('amul mi'), ['mi'])
    assert.deepEqual(open('amul milk '), [])
    assert.deepEqual(open('दू'), ['दू'])
  })

  test('is too long from 101 characters on, spaces around it aside', () => {
    assert.equal(tidyQuery(`  ${'x'.repeat(100)}  `)?.trim().length, 100)
    assert.equal(tidyQuery('x'.repeat(101)), undefined)
  })

  test('never holds more than eight words nor control characters, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        const tidy = tidyQuery(text)
        if (tidy === undefined) return
        assert.doesNotMatch(tidy, /\p{Cc}/u)
        assert.ok(readQuery(tidy).length <= 8)
      }),
    )
  })
})

const known = (typed: string, ...meanings: string[][]) => ({ typed, meanings, completions: [['more']], frequency: 1 })

describe('what is searched for', () => {
  test('is each word in one of its meanings, in the fields asked for', () => {
    const words = [known('kali mirch', ['black', 'pepper'], ['peppercorn']), known('tata', ['tata'])]
    const { query, terms } = textCondition(words, 'all', { weights: 'AB', withCompletions: false })
    assert.equal(query, `((('black':AB & 'pepper':AB) | 'peppercorn':AB) & 'tata':AB)`)
    assert.deepEqual(terms, [
      [
        ['ablack', 'apeppercorn', 'bblack', 'bpeppercorn'],
        ['atata', 'btata'],
      ],
    ])
    assert.match(textCondition(words, 'all', { weights: 'A', withCompletions: true }).query, /'more':A/)
  })

  test('is all words but one when most will do', () => {
    assert.deepEqual(combinations([1, 2, 3], 'all'), [[1, 2, 3]])
    assert.deepEqual(combinations([1, 2, 3], 'most'), [
      [2, 3],
      [1, 3],
      [1, 2],
    ])
    assert.deepEqual(combinations([1], 'most'), [[1]])
  })
})

describe('the front of a shelf', () => {
  test('is looked at for frequent words only, the smallest part that is probably enough', () => {
    const place = (frequency: number) => choosePlace(shareOf([{ frequency }], 'all', 200_000), 200_000, 21)
    assert.deepEqual([0, 100, 1100, 3000, 20_000].map(place), [undefined, undefined, 3, 2, 0])
  })

  test('is given up for a larger part only where that probably holds enough, and all that is found costs more', () => {
    const next = (last: number, found: number) => placeAfter(last, found, 200_000, 21)
    assert.deepEqual(
      [next(0, 13), next(0, 5), next(0, 0), next(2, 10), next(4, 20)],
      [2, 4, undefined, undefined, undefined],
    )
  })
})
