import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { weekdays } from './opening-hours.ts'
import { readHours } from './read-hours.ts'

const week = Object.fromEntries(weekdays.map((weekday) => [weekday, '24h']))
const monday = (hours: unknown) => ({ week: { ...week, monday: hours }, exceptions: [] })
const exception = (fields: object) => ({ week, exceptions: [fields] })

describe('hours as they are submitted', () => {
  test('are read without what does not belong to them', () => {
    const submitted = {
      week: {
        ...week,
        monday: [
          { opens: '06:00', closes: '12:00', note: 'x' },
          { opens: '12:00', closes: '01:30' },
        ],
        sunday: [],
      },
      exceptions: [{ date: '2028-02-29', hours: 'closed', note: ' Inventory ', by: 'me' }],
      zone: 'Asia/Kolkata',
    }
    assert.deepEqual(readHours(submitted), {
      hours: {
        week: {
          ...week,
          monday: [
            { opens: '06:00', closes: '12:00' },
            { opens: '12:00', closes: '01:30' },
          ],
          sunday: 'closed',
        },
        exceptions: [{ date: '2028-02-29', hours: 'closed', note: 'Inventory' }],
      },
    })
    assert.deepEqual(readHours({ week }), { hours: { week, exceptions: [] } })
  })

  const wrong: [string, unknown, RegExp][] = [
    ['nothing', undefined, /an object with week/],
    ['a list', [], /an object with week/],
    ['no week', { exceptions: [] }, /an object with week/],
    [
      'a day that is missing',
      { week: { ...week, friday: undefined } },
      /week\.friday must be "24h", "closed" or a list/,
    ],
    ['a day that is none', { week: { ...week, someday: '24h' } }, /a day that is none of sunday to saturday/],
    ['another text', monday('always'), /week\.monday must be/],
    ['half an interval', monday([{ opens: '06:00' }]), /interval 1 of week\.monday needs opens and closes/],
    ['a time with one digit', monday([{ opens: '6:00', closes: '12:00' }]), /such as "06:30"/],
    ['24:00', monday([{ opens: '06:00', closes: '24:00' }]), /from 00:00 to 23:59/],
    ['seven intervals', monday(Array(7).fill({ opens: '06:00', closes: '07:00' })), /has 7 intervals; at most 6/],
    [
      'intervals that overlap',
      monday([
        { opens: '06:00', closes: '12:00' },
        { opens: '11:59', closes: '20:00' },
      ]),
      /the interval from 11:59 begins before the one from 06:00 ends/,
    ],
    [
      'an early interval over midnight',
      monday([
        { opens: '20:00', closes: '02:00' },
        { opens: '21:00', closes: '22:00' },
      ]),
      /only the last interval may run over midnight, not 20:00–02:00/,
    ],
    ['exceptions that are no list', { week, exceptions: {} }, /exceptions must be a list/],
    ['too many exceptions', { week, exceptions: Array(101).fill({}) }, /at most 100 exceptions/],
    [
      'a date that is none',
      exception({ date: '2026-02-29', hours: 'closed' }),
      /exceptions\[0\] needs a date of the calendar/,
    ],
    ['a date with a time', exception({ date: '2026-02-28T00:00', hours: 'closed' }), /needs a date of the calendar/],
    ['an exception without hours', exception({ date: '2026-01-26' }), /exceptions\[0\]\.hours must be/],
    [
      'a note that turns round',
      exception({ date: '2026-01-26', hours: 'closed', note: 'a\u202eb' }),
      /note must be a text/,
    ],
    ['an empty note', exception({ date: '2026-01-26', hours: 'closed', note: ' ' }), /note must be a text of 1 to 120/],
    [
      'a date twice',
      {
        week,
        exceptions: [
          { date: '2026-01-26', hours: 'closed' },
          { date: '2026-01-26', hours: '24h' },
        ],
      },
      /there are two exceptions for 2026-01-26/,
    ],
  ]
  for (const [name, submitted, message] of wrong)
    test(`with ${name} are refused with a sentence that says so`, () => {
      const read = readHours(submitted)
      assert.ok('faults' in read)
      assert.match(read.faults.join('; '), message)
    })

  test('tell all their faults at once', () => {
    const read = readHours({ week: { ...week, monday: 1, tuesday: [{}] }, exceptions: [{ date: 'x' }] })
    assert.ok('faults' in read)
    assert.equal(read.faults.length, 3)
  })

  test('of whatever kind never throw', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (day, exceptions) => {
        readHours(day)
        readHours({ week: { ...week, monday: day }, exceptions })
        readHours({ week, exceptions: [day, { date: '2026-01-26', hours: day, note: exceptions }] })
      }),
    )
  })
})
