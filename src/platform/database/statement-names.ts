/** Texts that a session prepares: each takes memory of the server's, in each session. */
const mostNames = 300
/** What is asked less often is not worth it. */
const fewTimes = 3

const times = new Map<string, number>()
const names = new Map<string, string>()

/**
 * The name for a statement that is put together anew each time, by a library or by what somebody searches for: what is asked
 * again and again is prepared. Planning a general statement takes PostgreSQL longer than running it.
 */
export function nameOf(text: string): string | undefined {
  const known = names.get(text)
  if (known !== undefined || names.size >= mostNames) return known
  const count = (times.get(text) ?? 0) + 1
  if (count < fewTimes) {
    if (times.size >= mostNames) times.clear() // texts that never come again
    times.set(text, count)
    return undefined
  }
  times.delete(text)
  const name = `text-${names.size + 1}`
  names.set(text, name)
  return name
}
