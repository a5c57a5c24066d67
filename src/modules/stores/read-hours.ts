import { isDay } from '../../platform/calendar.ts'
import { plainPattern } from '../../platform/plain-text.ts'
import { type DayHours, type Hours, type Interval, minutesOf, weekdays } from './opening-hours.ts'

const time = /^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/
const mostIntervals = 6
const mostExceptions = 100
const longestNote = 120
const plain = new RegExp(plainPattern, 'u')

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isDate = (value: unknown): value is string => typeof value === 'string' && isDay(value)

const isTime = (value: unknown): value is string => typeof value === 'string' && time.test(value)

/** What is wrong with the order of the intervals of a day, whose times are good. */
function disorderOf(intervals: readonly Interval[]): string | undefined {
  for (const [at, { opens, closes }] of intervals.entries()) {
    const next = intervals[at + 1]
    if (!next) return undefined
    if (minutesOf(closes) <= minutesOf(opens))
      return `only the last interval may run over midnight, not ${opens}–${closes}`
    if (minutesOf(next.opens) < minutesOf(closes))
      return `the interval from ${next.opens} begins before the one from ${opens} ends; write them in order`
  }
  return undefined
}

function readDay(value: unknown, where: string, faults: string[]): DayHours {
  if (value === '24h' || value === 'closed') return value
  if (!Array.isArray(value)) {
    faults.push(`${where} must be "24h", "closed" or a list of intervals such as [{"opens":"06:00","closes":"23:30"}]`)
    return 'closed'
  }
  if (value.length === 0) return 'closed'
  if (value.length > mostIntervals) {
    faults.push(`${where} has ${value.length} intervals; at most ${mostIntervals} are possible`)
    return 'closed'
  }
  const wrong = value.findIndex((each) => !isRecord(each) || !isTime(each['opens']) || !isTime(each['closes']))
  if (wrong >= 0) {
    faults.push(
      `interval ${wrong + 1} of ${where} needs opens and closes as times from 00:00 to 23:59, such as "06:30"`,
    )
    return 'closed'
  }
  const intervals = (value as Interval[]).map(({ opens, closes }) => ({ opens, closes }))
  const disorder = disorderOf(intervals)
  if (disorder !== undefined) faults.push(`${where}: ${disorder}`)
  return intervals
}

function readException(value: unknown, at: number, faults: string[]): Hours['exceptions'][number] | undefined {
  const where = `exceptions[${at}]`
  if (!isRecord(value) || !isDate(value['date'])) {
    faults.push(`${where} needs a date of the calendar, such as "2026-01-26"`)
    return undefined
  }
  const { date, note } = value
  const hours = readDay(value['hours'], `${where}.hours`, faults)
  if (note === undefined) return { date, hours }
  if (typeof note === 'string' && note.length <= longestNote && plain.test(note))
    return { date, hours, note: note.trim() }
  faults.push(`${where}.note must be a text of 1 to ${longestNote} characters on one line`)
  return undefined
}

/** The hours that somebody submitted, or what is wrong with them, a sentence for each fault. */
export function readHours(value: unknown): { hours: Hours } | { faults: readonly string[] } {
  if (!isRecord(value) || !isRecord(value['week']))
    return { faults: ['hours must be an object with week, which has a day for each weekday, and exceptions'] }
  const { week, exceptions = [] } = value
  const faults: string[] = []
  const days = weekdays.map((weekday) => [weekday, readDay(week[weekday], `week.${weekday}`, faults)])
  const unknown = Object.keys(week).find((name) => !weekdays.some((weekday) => weekday === name))
  if (unknown !== undefined) faults.push('week has a day that is none of sunday to saturday')
  if (!Array.isArray(exceptions)) return { faults: [...faults, 'exceptions must be a list'] }
  if (exceptions.length > mostExceptions)
    return { faults: [...faults, `at most ${mostExceptions} exceptions are possible`] }
  const read = exceptions.map((each, at) => readException(each, at, faults)).filter((each) => each !== undefined)
  const dates = read.map(({ date }) => date)
  const twice = dates.find((date, at) => dates.indexOf(date) !== at)
  if (twice !== undefined) faults.push(`there are two exceptions for ${twice}`)
  return faults.length > 0 ? { faults } : { hours: { week: Object.fromEntries(days), exceptions: read } }
}
