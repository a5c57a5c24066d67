const indiaAheadMs = 5.5 * 3_600_000

/** The date in India, which knows no summer time: `2026-04-01`. */
export const dateInIndia = (at: number): string => new Date(at + indiaAheadMs).toISOString().slice(0, 10)

/** The year in which the financial year of a date began, on 1 April: `2027-03-31` → `2026`. */
export function financialYearOf(date: string): number {
  const [year = 0, month = 0] = date.split('-').map(Number)
  return month >= 4 ? year : year - 1
}

/** The days of a month such as `2026-11`: from the first, to the first of the next, which is not in it. */
export function daysOfMonth(month: string): { from: string; before: string } {
  const [year = 0, number = 0] = month.split('-').map(Number)
  const next = number === 12 ? [year + 1, 1] : [year, number + 1]
  return { from: `${month}-01`, before: `${next[0]}-${String(next[1]).padStart(2, '0')}-01` }
}
