/** What a run counts, each thing under the words that its report has for it. */
export interface Tally {
  count(what: string, times?: number): void
  of(what: string): number
  lines(): string[]
}

export function createTally(): Tally {
  const counts = new Map<string, number>()
  return {
    count: (what, times = 1) => void counts.set(what, (counts.get(what) ?? 0) + times),
    of: (what) => counts.get(what) ?? 0,
    lines: () => [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([what, times]) => `${what}: ${times}`),
  }
}
