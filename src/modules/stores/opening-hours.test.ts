import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type DayHours, type Hours, isOpenAt, opensAt, weekdays } from './opening-hours.ts'

const minuteMs = 60_000

/** An instant by the clock on the wall in India. */
const at = (local: string): number => Date.parse(`${local}:00+05:30`)

const hoursOf = (everyDay: DayHours, fields: Partial<Record<string, DayHours>> = {}): Hours => ({
  week: { ...(Object.fromEntries(weekdays.map((day) => [day, everyDay])) as Hours['week']), ...fields },
  exceptions: [],
})

const daily = hoursOf([{ opens: '06:00', closes: '23:00' }])

describe('opening hours', () => {
  test('hold from the minute of opening until just before that of closing, by the clock in India', () => {
    assert.equal(isOpenAt(daily, at('2026-01-15T05:59')), false)
    assert.equal(isOpenAt(daily, at('2026-01-15T06:00')), true)
    assert.equal(isOpenAt(daily, at('2026-01-15T23:00') - 1), true)
    assert.equal(isOpenAt(daily, at('2026-01-15T23:00')), false)
    assert.equal(isOpenAt(daily, Date.UTC(2026, 0, 15, 0, 30)), true)
    assert.equal(isOpenAt(daily, Date.UTC(2026, 0, 15, 0, 29)), false)
  })

  test('run over midnight where they close at or before they open', () => {
    const late = hoursOf('closed', { friday: [{ opens: '18:00', closes: '02:00' }] }) // 2026-01-16 is a Friday
    assert.equal(isOpenAt(late, at('2026-01-16T17:59')), false)
    assert.equal(isOpenAt(late, at('2026-01-17T01:59')), true)
    assert.equal(isOpenAt(late, at('2026-01-17T02:00')), false)
    const allDay = hoursOf('closed', { friday: [{ opens: '06:00', closes: '06:00' }] })
    assert.equal(isOpenAt(allDay, at('2026-01-16T05:59')), false)
    assert.equal(isOpenAt(allDay, at('2026-01-17T05:59')), true)
    assert.equal(isOpenAt(allDay, at('2026-01-17T06:00')), false)
  })

  test('have as many intervals on a day as are written', () => {
    const split = hoursOf([
      { opens: '07:00', closes: '11:00' },
      { opens: '17:00', closes: '00:00' },
    ])
    const open = ['07:00', '10:59', '17:00', '23:59']
    for (const time of open) assert.equal(isOpenAt(split, at(`2026-01-15T${time}`)), true, time)
    for (const time of ['00:00', '06:59', '11:00', '16:59'])
      assert.equal(isOpenAt(split, at(`2026-01-15T${time}`)), false, time)
    assert.equal(opensAt(split, at('2026-01-15T12:00')), at('2026-01-15T17:00'))
  })

  test('give way to those of an exception for what opens on that date, not for what opened the evening before', () => {
    const hours: Hours = {
      ...hoursOf([{ opens: '18:00', closes: '02:00' }]),
      exceptions: [
        { date: '2026-01-26', hours: 'closed', note: 'Republic Day' },
        { date: '2026-01-28', hours: [{ opens: '10:00', closes: '12:00' }] },
      ],
    }
    assert.equal(isOpenAt(hours, at('2026-01-26T01:00')), true)
    assert.equal(isOpenAt(hours, at('2026-01-26T19:00')), false)
    assert.equal(isOpenAt(hours, at('2026-01-27T01:00')), false)
    assert.equal(opensAt(hours, at('2026-01-26T03:00')), at('2026-01-27T18:00'))
    assert.equal(isOpenAt(hours, at('2026-01-28T11:00')), true)
    assert.equal(isOpenAt(hours, at('2026-01-28T19:00')), false)
  })

  test('tell no next opening where there is none within 60 days', () => {
    const opensOn = (date: string): Hours => ({ ...hoursOf('closed'), exceptions: [{ date, hours: '24h' }] })
    assert.equal(opensAt(hoursOf('closed'), at('2026-01-15T12:00')), undefined)
    assert.equal(opensAt(opensOn('2026-03-16'), at('2026-01-15T12:00')), at('2026-03-16T00:00'))
    assert.equal(opensAt(opensOn('2026-03-17'), at('2026-01-15T12:00')), undefined)
  })

  const minute = fc.integer({ min: 0, max: 1439 })
  const asTime = (minutes: number) =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
  const interval = fc.tuple(minute, minute).map(([opens, closes]) => ({ opens: asTime(opens), closes: asTime(closes) }))
  const dayHours = fc.oneof(
    fc.constantFrom<DayHours>('24h', 'closed'),
    fc.array(interval, { maxLength: 3 }) as fc.Arbitrary<DayHours>,
  )
  const anyHours: fc.Arbitrary<Hours> = fc.record({
    week: fc
      .tuple(...weekdays.map(() => dayHours))
      .map((days) => Object.fromEntries(weekdays.map((day, index) => [day, days[index]])) as Hours['week']),
    exceptions: fc.uniqueArray(
      fc.record({ date: fc.integer({ min: 10, max: 20 }).map((day) => `2026-01-${day}`), hours: dayHours }),
      { selector: ({ date }) => date, maxLength: 3 },
    ),
  })

  /** All local minutes in which it is open, painted day by day on a long strip that begins on 2026-01-08. */
  function paint({ week, exceptions }: Hours): Set<number> {
    const open = new Set<number>()
    const first = Date.UTC(2026, 0, 8)
    for (let day = 0; day < 30; day += 1) {
      const date = new Date(first + day * 1440 * minuteMs)
      const iso = date.toISOString().slice(0, 10)
      const hours = exceptions.find((each) => each.date === iso)?.hours ?? week[weekdays[date.getUTCDay()] as 'sunday']
      const spans = hours === 'closed' ? [] : hours === '24h' ? [{ opens: '00:00', closes: '00:00' }] : hours
      for (const { opens, closes } of spans) {
        const [from, to] = [opens, closes].map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)))
        const length = (((to as number) - (from as number) + 1439) % 1440) + 1
        for (let passed = 0; passed < length; passed += 1) open.add(day * 1440 + (from as number) + passed)
      }
    }
    return open
  }

  test('are those of a strip of minutes that is painted day by day', () => {
    fc.assert(
      fc.property(anyHours, fc.integer({ min: 2 * 1440, max: 12 * 1440 }), (hours, minutes) => {
        const open = paint(hours)
        const start = at('2026-01-08T00:00')
        const instant = start + minutes * minuteMs
        assert.equal(isOpenAt(hours, instant), open.has(minutes))
        const next = opensAt(hours, instant)
        const expected = Array.from({ length: 14 * 1440 }, (_, passed) => minutes + passed).find((each) =>
          open.has(each),
        )
        if (expected !== undefined) assert.equal(next, start + expected * minuteMs)
        else assert.ok(next === undefined || next > start + 26 * 1440 * minuteMs)
      }),
      { numRuns: 300 },
    )
  })
})
