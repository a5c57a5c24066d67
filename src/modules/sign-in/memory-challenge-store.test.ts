import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { aGuess, aSend, defaultPolicy } from '../../../test/support/challenge-stores.ts'
import { hours, minutes, setClock } from '../../../test/support/clock.ts'
import { LogColumn, TextColumn } from './columns.ts'
import { createMemoryChallengeStore } from './memory-challenge-store.ts'
import { Places } from './places.ts'

const policy = defaultPolicy({ SMS_HOURLY_BUDGET: '99999999' })
const sendTo = (at: number) => aSend({ phone: `phone-${at}`, prefix: `prefix-${at}`, source: `source-${at}` })

describe('the memory store', () => {
  test('21 · stays bounded under 200,000 phones, keeps every live code, and says when it is full', async () => {
    const clock = setClock()
    const store = createMemoryChallengeStore({ policy, clock })
    const honest = sendTo(0)
    await store.issue(honest)
    let refused = 0
    for (let at = 1; at < 200_000; at += 1) {
      const { outcome } = await store.issue(sendTo(at))
      if (outcome === 'full') refused += 1
    }
    assert.equal(store.size, 100_000)
    assert.equal(refused, 100_000)
    assert.equal((await store.verify(aGuess({ ...honest, digest: 'right' }))).outcome, 'right')

    clock.pass(minutes(6))
    assert.equal((await store.issue(sendTo(300_000))).outcome, 'send')
    assert.ok(store.size <= 100_000)
  })

  test('forgets what has ended without a timer', async () => {
    const clock = setClock()
    const store = createMemoryChallengeStore({ policy, clock })
    for (let at = 0; at < 1000; at += 1) await store.issue(sendTo(at))
    clock.pass(hours(1))
    for (let at = 0; at < 400; at += 1) await store.issue(sendTo(10_000 + at))
    assert.ok(store.size <= 401, `${store.size} left`)
  })
})

describe('the places of a table', () => {
  /** A table with an end for each place. */
  const aTable = (most: number) => {
    const ends: number[] = []
    const held = new Set<number>()
    const places = new Places(most, {
      isOver: (place, now) => (ends[place] ?? 0) <= now,
      isHeld: (place) => held.has(place),
      clear: (place) => void ends.fill(0, place, place + 1),
    })
    return { ends, held, places }
  }

  test('gives the place of what was not used for long to a new key when all are taken', () => {
    const { places, ends } = aTable(3)
    for (const key of ['a', 'b', 'c']) ends[places.take(key, 0) as number] = 1000
    places.take('d', 1) // sees that all three were used, and takes one
    const left = ['a', 'b', 'c'].filter((key) => places.find(key) !== undefined)
    assert.equal(left.length, 2)
    places.take('e', 2)
    assert.ok(
      left.every((key) => places.find(key) !== undefined),
      'those just used stay',
    )
  })

  test('never gives away a place that is held', () => {
    const { places, held, ends } = aTable(2)
    for (const key of ['a', 'b']) {
      const place = places.take(key, 0) as number
      held.add(place)
      ends[place] = 1000
    }
    assert.equal(places.take('c', 0), undefined)
    assert.equal(places.take('a', 0), places.find('a'))
    held.delete(places.find('b') as number)
    assert.notEqual(places.take('c', 0), undefined)
    assert.equal(places.find('b'), undefined)
  })
})

describe('the columns of a table', () => {
  test('show no log from its end on, and hold logs of any length', () => {
    const column = new LogColumn(2, 1000)
    column.write(0, [10])
    column.write(1, [10, 20, 30])
    assert.deepEqual([column.read(0, 1009), column.read(0, 1010)], [[10], []])
    assert.deepEqual([column.read(1, 1029), column.read(1, 1030)], [[10, 20, 30], []])
    column.write(1, [40])
    assert.deepEqual(column.read(1, 50), [40])
    column.clear(1)
    assert.deepEqual([column.read(1, 50), column.read(undefined, 50)], [[], []])
  })

  test('give every text back as it was, whatever its length and letters', () => {
    const column = new TextColumn(3000)
    fc.assert(
      fc.property(fc.nat(2999), fc.string({ unit: 'binary', minLength: 1, maxLength: 500 }), (place, text) => {
        column.write(place, text.toWellFormed())
        return column.read(place) === text.toWellFormed()
      }),
    )
    column.write(7, 'x')
    column.clear(7)
    assert.equal(column.read(7), undefined)
  })
})
