import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Tx } from '../../platform/database/database.ts'
import { createStoresAtWork } from './stores-at-work.ts'

const tx = {} as Tx

/** A database that counts what is asked, and has this many orders. */
function counting(counts: number[]) {
  let asked = 0
  const count = async (): Promise<number> => counts[asked++] ?? 0
  return { count, asked: () => asked }
}

describe('stores at work', () => {
  it('are counted once in a moment, with what is placed meanwhile, each for itself', async () => {
    const database = counting([4, 9])
    const atWork = createStoresAtWork({ countAhead: database.count, countedMs: 60_000 })
    assert.equal(await atWork.ordersAhead(tx, 'a'), 4)
    atWork.add('a')
    atWork.add('b')
    assert.equal(await atWork.ordersAhead(tx, 'a'), 5)
    assert.equal(await atWork.ordersAhead(tx, 'b'), 9)
    assert.equal(database.asked(), 2)
  })

  it('are counted anew after that moment', async () => {
    const database = counting([4, 2])
    const atWork = createStoresAtWork({ countAhead: database.count, countedMs: 20 })
    assert.equal(await atWork.ordersAhead(tx, 'a'), 4)
    await sleep(40)
    assert.equal(await atWork.ordersAhead(tx, 'a'), 2)
  })

  it('remember for a while what has run out, of that store alone', async () => {
    const atWork = createStoresAtWork({ countAhead: counting([]).count, shortMs: 20 })
    atWork.noteShort('a', 'milk')
    assert.deepEqual(
      [atWork.wasShort('a', 'milk'), atWork.wasShort('a', 'rice'), atWork.wasShort('b', 'milk')],
      [true, false, false],
    )
    await sleep(40)
    assert.equal(atWork.wasShort('a', 'milk'), false)
  })
})
