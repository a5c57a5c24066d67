import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { append, reachOf, type SlidingLog, timeToWait, type Window } from './sliding-log.ts'

const windows = fc.uniqueArray(
  fc.record({ limit: fc.integer({ min: 1, max: 6 }), ms: fc.constantFrom(10, 100, 1000) }),
  {
    minLength: 1,
    maxLength: 3,
    selector: ({ ms }) => ms,
  },
)
const gaps = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 200 })

/** Lets every event through that the windows allow; the times of those that passed. */
function admit(limits: readonly Window[], pauses: readonly number[]): number[] {
  let now = 0
  let log: SlidingLog = []
  const passed: number[] = []
  for (const pause of pauses) {
    now += pause
    if (timeToWait(log, limits, now) > 0) continue
    log = append(log, now, reachOf(limits))
    passed.push(now)
  }
  return passed
}

describe('sliding windows', () => {
  test('no window of time, wherever it begins, holds more than its limit', () => {
    fc.assert(
      fc.property(windows, gaps, (limits, pauses) => {
        const passed = admit(limits, pauses)
        for (const { limit, ms } of limits) {
          for (const start of passed) assert.ok(passed.filter((at) => at >= start && at < start + ms).length <= limit)
        }
      }),
    )
  })

  test('nothing is refused that every window has room for', () => {
    fc.assert(
      fc.property(windows, gaps, (limits, pauses) => {
        const passed = admit(limits, pauses)
        let now = 0
        for (const pause of pauses) {
          now += pause
          if (passed.includes(now)) continue
          assert.ok(limits.some(({ limit, ms }) => passed.filter((at) => at <= now && at > now - ms).length >= limit))
        }
      }),
    )
  })

  test('the wait it tells is exact', () => {
    fc.assert(
      fc.property(windows, gaps, (limits, pauses) => {
        let log: SlidingLog = []
        let now = 0
        for (const pause of pauses) {
          now += pause
          const wait = timeToWait(log, limits, now)
          if (wait > 0) {
            assert.ok(timeToWait(log, limits, now + wait - 1) > 0)
            assert.equal(timeToWait(log, limits, now + wait), 0)
          } else log = append(log, now, reachOf(limits))
        }
        assert.ok(log.length <= reachOf(limits))
      }),
    )
  })
})
