import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createSettledEvents } from './settled-events.ts'
import { readStorePosition, writeStorePosition } from './stream-position.ts'

describe('events that are settled', () => {
  it('are all there are while nothing runs', () => {
    assert.equal(createSettledEvents().see({ oldest: 9n, next: 9n, latest: 40 }), 40)
  })

  it('wait for every transaction that ran when they were seen, and for none that came later', () => {
    const settled = createSettledEvents()
    assert.equal(settled.see({ oldest: 5n, next: 9n, latest: 40 }), 0)
    assert.equal(settled.see({ oldest: 8n, next: 12n, latest: 50 }), 0)
    assert.equal(settled.see({ oldest: 9n, next: 14n, latest: 60 }), 40)
    assert.equal(settled.see({ oldest: 12n, next: 15n, latest: 60 }), 50)
    assert.equal(settled.see({ oldest: 15n, next: 15n, latest: 60 }), 60)
  })

  it('are never followed by one with a lower number, however transactions overlap', () => {
    // A transaction gets its number, then adds an event, then is over: each at a time of its own.
    const aTransaction = fc.tuple(fc.nat(50), fc.nat(50), fc.nat(50), fc.boolean())
    fc.assert(
      fc.property(fc.array(aTransaction, { minLength: 1, maxLength: 20 }), (transactions) => {
        const facts = transactions.flatMap(([begins, adds, ends, commits], who) => [
          { at: begins, kind: 'begins' as const, who, commits },
          { at: begins + adds, kind: 'adds' as const, who, commits },
          { at: begins + adds + ends, kind: 'ends' as const, who, commits },
        ])
        const settled = createSettledEvents()
        const running = new Map<number, { xid: bigint; event?: number }>()
        const visible = new Set<number>()
        let nextXid = 1n
        let nextEvent = 1
        for (const { kind, who, commits } of facts.sort((a, b) => a.at - b.at)) {
          const mine = running.get(who)
          if (kind === 'begins') running.set(who, { xid: nextXid++ })
          else if (kind === 'adds' && mine) mine.event = nextEvent++
          else if (mine) {
            running.delete(who)
            if (commits && mine.event !== undefined) {
              assert.ok(mine.event > settled.upTo, `${mine.event} came below ${settled.upTo}`)
              visible.add(mine.event)
            }
          }
          const oldest = running.values().next().value?.xid ?? nextXid // they are there in the order of their numbers
          settled.see({ oldest, next: nextXid, latest: Math.max(0, ...visible) })
        }
      }),
    )
  })
})

describe('the position in the events of a store', () => {
  it('is read as it was written', () => {
    const aPosition = fc
      .record({ floor: fc.nat(1e9), distances: fc.uniqueArray(fc.integer({ min: 1, max: 1e6 }), { maxLength: 200 }) })
      .map(({ floor, distances }) => ({ floor, above: new Set(distances.map((each) => floor + each)) }))
    fc.assert(
      fc.property(aPosition, ({ floor, above }) => {
        const read = readStorePosition(writeStorePosition({ floor, above }))
        assert.deepEqual([read?.floor, [...(read?.above ?? [])].sort()], [floor, [...above].sort()])
      }),
    )
  })

  it('forgets the oldest of very many, which then come again', () => {
    const above = new Set(Array.from({ length: 1000 }, (_, at) => 11 + at))
    const text = writeStorePosition({ floor: 10, above })
    assert.ok(text.length < 2000)
    assert.deepEqual([readStorePosition(text)?.above.size, readStorePosition(text)?.above.has(1010)], [300, true])
  })

  it('is none when it is anything else', () => {
    for (const text of [undefined, '', 'x', '-1', '1+', '+1', '1+1.', '1+-1', `1${'0'.repeat(20)}`, '1 +1'])
      assert.equal(readStorePosition(text), undefined)
  })
})
