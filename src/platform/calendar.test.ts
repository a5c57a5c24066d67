import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Value } from 'typebox/value'
import { isDay } from './calendar.ts'
import { aDay, aTime } from './http/shapes.ts'

const dayMs = 86_400_000

describe('days and times that people send', () => {
  test('are days of the calendar: all that there are from 1900 to 2099, and no other', () => {
    const real = new Set<string>()
    for (let at = Date.UTC(1900, 0, 1); at < Date.UTC(2100, 0, 1); at += dayMs)
      real.add(new Date(at).toISOString().slice(0, 10))
    const two = (number: number) => String(number).padStart(2, '0')
    for (let year = 1899; year <= 2100; year += 1)
      for (let month = 0; month <= 13; month += 1)
        for (let day = 0; day <= 32; day += 1) {
          const text = `${year}-${two(month)}-${two(day)}`
          if (isDay(text) !== real.has(text)) assert.fail(`${text} is${real.has(text) ? '' : ' not'} a day`)
        }
    assert.equal(Value.Check(aDay('A day.'), '2026-02-28'), true)
    assert.equal(Value.Check(aDay('A day.'), '2026-02-29'), false)
  })

  test('are moments that a Date knows and does not move', () => {
    const time = aTime('A time.')
    const good = [
      ['2026-01-26T00:00:00+05:30', '2026-01-25T18:30:00.000Z'],
      ['2026-01-26T00:00Z', '2026-01-26T00:00:00.000Z'],
      ['2028-02-29T23:59:59.999Z', '2028-02-29T23:59:59.999Z'],
      ['2026-01-26T00:00:00.123456+00:00', '2026-01-26T00:00:00.123Z'],
      ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
    ] as const
    for (const [text, moment] of good) {
      assert.equal(Value.Check(time, text), true, text)
      assert.equal(new Date(text).toISOString(), moment)
    }
    const bad = [
      '2026-02-30T00:00:00Z',
      '2026-02-29T00:00:00+05:30',
      '2026-04-31T00:00:00Z',
      '2016-12-31T23:59:60Z',
      '2026-01-26T24:00:00Z',
      '2026-01-26T00:00:00',
      '2026-01-26T00:00:00+15:00',
      '2026-01-26',
      '2026-01-26T00:00:00Z\n',
      'yesterday',
    ]
    for (const text of bad) assert.equal(Value.Check(time, text), false, text)
  })
})
