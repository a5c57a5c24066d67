import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Unavailable } from '../../unavailable.ts'
import { createTurns } from './turns.ts'

test('callers have turns in the order of their coming, and other work of the thread gets in between', async () => {
  const turns = createTurns()
  const order: string[] = []
  const use = async (name: string) => {
    const end = await turns.take(1000)
    order.push(name)
    end()
  }
  const all = Promise.all(['first', 'second', 'third'].map(use))
  setImmediate(() => order.push('a request'))
  await all
  assert.deepEqual(order, ['first', 'a request', 'second', 'third'])
  assert.deepEqual(turns.counts(), { busy: 0, idle: 1, waiting: 0 })
})

test("who waits for too long goes without, and the turn is the next one's", async () => {
  const turns = createTurns()
  const end = await turns.take(1000)
  const impatient = turns.take(5)
  const patient = turns.take(1000)
  await assert.rejects(impatient, Unavailable)
  end()
  const endIt = await patient
  assert.deepEqual(turns.counts(), { busy: 1, idle: 0, waiting: 0 })
  endIt()
  assert.deepEqual(turns.counts(), { busy: 0, idle: 1, waiting: 0 })
})
