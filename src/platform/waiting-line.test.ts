import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { Unavailable } from './unavailable.ts'
import { createWaitingLine } from './waiting-line.ts'

const aLine = (options: { atOnce?: number; mostWaiting?: number; longestWaitMs?: number } = {}) =>
  createWaitingLine({ name: 'test', atOnce: 2, mostWaiting: 10, longestWaitMs: 5000, ...options })

/** Work that goes on until it is told to end, and what was let in. */
function somethingToDo() {
  const inside: number[] = []
  const ends = new Map<number, () => void>()
  const begin = (number: number) => () => {
    inside.push(number)
    const { promise, resolve } = Promise.withResolvers<void>()
    ends.set(number, resolve)
    return promise
  }
  return { inside, begin, end: (number: number) => ends.get(number)?.() }
}

describe('a waiting line', () => {
  test('lets so many in at once, and the others in the order of their coming', async () => {
    const line = aLine()
    const { inside, begin, end } = somethingToDo()
    const all = [1, 2, 3, 4].map((number) => line(begin(number)))
    await turn()
    assert.deepEqual(inside, [1, 2])
    end(2)
    await turn()
    assert.deepEqual(inside, [1, 2, 3])
    end(1)
    end(3)
    await turn()
    assert.deepEqual(inside, [1, 2, 3, 4])
    end(4)
    await Promise.all(all)
  })

  test('gives a place on when the work in it fails, and the failure to its caller', async () => {
    const line = aLine({ atOnce: 1 })
    const failing = line(async () => {
      throw new Error('no')
    })
    const next = line(async () => 'done')
    await assert.rejects(failing, /no/)
    assert.equal(await next, 'done')
  })

  test('turns away who finds it too long, and who waits too long', async () => {
    const line = aLine({ atOnce: 1, mostWaiting: 1, longestWaitMs: 20 })
    const { begin, end } = somethingToDo()
    const first = line(begin(1))
    const waiting = line(begin(2))
    await assert.rejects(line(begin(3)), Unavailable)
    await assert.rejects(waiting, Unavailable)
    end(1)
    await first
    assert.equal(await line(async () => 'done'), 'done')
  })
})
