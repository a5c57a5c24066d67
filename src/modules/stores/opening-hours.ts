/** Times of a day as its clocks show them, `HH:MM`. One that closes at or before it opens runs over midnight. */
export interface Interval {
  opens: string
  closes: string
}

export type DayHours = '24h' | 'closed' | readonly Interval[]

/** From Sunday, as dates count the days of a week. */
export const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const
export type Weekday = (typeof weekdays)[number]

/** Another day than its weekday says. */
export interface DayException {
  /** Of the store's own calendar, `2026-01-26`. */
  date: string
  hours: DayHours
  note?: string
}

/** When a store is open. An interval belongs to the day on which it opens, also where it ends on the next. */
export interface Hours {
  week: Readonly<Record<Weekday, DayHours>>
  exceptions: readonly DayException[]
}

const minuteMs = 60_000
const dayMs = 1440 * minuteMs

/** All of India is one zone, +05:30 throughout the year since 1945: a constant is right, and needs no table of zones. */
const indiaOffsetMs = 330 * minuteMs

/** An opening that is further away is as good as none. */
const daysAhead = 60

/** Minutes from midnight. */
export const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

const toInstants = (startOfDay: number, { opens, closes }: Interval): { from: number; to: number } => {
  const [from, to] = [minutesOf(opens), minutesOf(closes)]
  return { from: startOfDay + from * minuteMs, to: startOfDay + (to > from ? to : to + 1440) * minuteMs }
}

/** When it is open by one day's hours; `day` counts the local days since 1970. */
function openOn({ week, exceptions }: Hours, day: number): { from: number; to: number }[] {
  const date = new Date(day * dayMs)
  const iso = exceptions.length > 0 ? date.toISOString().slice(0, 10) : ''
  const exception = exceptions.find((each) => each.date === iso)
  const hours = exception ? exception.hours : week[weekdays[date.getUTCDay()] as Weekday]
  const startOfDay = day * dayMs - indiaOffsetMs
  if (hours === 'closed') return []
  if (hours === '24h') return [{ from: startOfDay, to: startOfDay + dayMs }]
  return hours.map((interval) => toInstants(startOfDay, interval))
}

const localDay = (instant: number): number => Math.floor((instant + indiaOffsetMs) / dayMs)

/** Whether it is open at an instant: from the minute it opens until just before the minute it closes. */
export function isOpenAt(hours: Hours, instant: number): boolean {
  const today = localDay(instant)
  return [today - 1, today].some((day) => openOn(hours, day).some(({ from, to }) => from <= instant && instant < to))
}

/** The first instant from this one on at which it is open; `undefined` when there is none within 60 days. */
export function opensAt(hours: Hours, instant: number): number | undefined {
  if (isOpenAt(hours, instant)) return instant
  const today = localDay(instant)
  for (let day = today; day <= today + daysAhead; day += 1) {
    const later = openOn(hours, day).flatMap(({ from }) => (from > instant ? [from] : []))
    if (later.length > 0) return Math.min(...later)
  }
  return undefined
}
