import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { aGuess, aSend, defaultPolicy } from '../../../test/support/challenge-stores.ts'
import { hours, minutes, setClock } from '../../../test/support/clock.ts'
import { ExpiringMap } from './expiring-map.ts'
import { createMemoryChallengeStore } from './memory-challenge-store.ts'

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

describe('the expiring map', () => {
  const endOf = (end: number) => end

  test('drops what was touched longest ago when it is full', () => {
    const map = new ExpiringMap<number>(2, endOf)
    map.set('a', 1001, 0)
    map.set('b', 1002, 0)
    map.set('a', 1003, 0)
    map.set('c', 1004, 0)
    assert.deepEqual([map.get('a', 0), map.get('b', 0), map.get('c', 0)], [1003, undefined, 1004])
  })

  test('never drops a live value when it is strict', () => {
    const map = new ExpiringMap<number>(2, endOf, { strict: true })
    map.set('a', 1000, 0)
    map.set('b', 2000, 0)
    assert.equal(map.hasRoomFor('c', 999), false)
    assert.equal(map.hasRoomFor('a', 999), true)
    assert.equal(map.hasRoomFor('c', 1000), true)
    assert.equal(map.get('b', 1000), 2000)
  })

  test('shows no value from its end on', () => {
    const map = new ExpiringMap<number>(2, endOf)
    map.set('a', 1000, 0)
    assert.equal(map.get('a', 999), 1000)
    assert.equal(map.get('a', 1000), undefined)
  })
})
