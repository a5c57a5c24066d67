import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { setClock } from '../../../test/support/clock.ts'
import type { Tx } from '../../platform/database/database.ts'
import { createStoresAtWork } from './stores-at-work.ts'

const tx = {} as Tx
const clock = setClock()

/** A database that counts what is asked, and has this many orders. */
function counting(counts: number[]) {
  let asked = 0
  const count = async (): Promise<number> => counts[asked++] ?? 0
  return { count, asked: () => asked }
}

describe('stores at work', () => {
  it('are counted once in a moment, with what is placed meanwhile, each for itself', async () => {
    const database = counting([4, 9])
    const atWork = createStoresAtWork({ clock, countAhead: database.count, countedMs: 60_000 })
    assert.equal(await atWork.ordersAhead(tx, 'a'), 4)
    atWork.add('a')
    atWork.add('b')
    assert.equal(await atWork.ordersAhead(tx, 'a'), 5)
    assert.equal(await atWork.ordersAhead(tx, 'b'), 9)
    assert.equal(database.asked(), 2)
  })

  it('are counted anew after that moment', async () => {
    const database = counting([4, 2])
    const atWork = createStoresAtWork({ clock, countAhead: database.count, countedMs: 20 })
    assert.equal(await atWork.ordersAhead(tx, 'a'), 4)
    await sleep(40)
    assert.equal(await atWork.ordersAhead(tx, 'a'), 2)
  })

  it('remember what has run out, of that store alone', () => {
    const atWork = createStoresAtWork({ clock, countAhead: counting([]).count })
    atWork.noteSoldOut('a', 'milk')
    clock.pass(900)
    const was = (storeId: string, variantId: string, withinMs = 1000) => atWork.wasSoldOut(storeId, variantId, withinMs)
    assert.deepEqual([was('a', 'milk'), was('a', 'rice'), was('b', 'milk')], [true, false, false])
    clock.pass(200)
    assert.deepEqual([was('a', 'milk'), was('a', 'milk', 5000)], [false, true])
  })
})
