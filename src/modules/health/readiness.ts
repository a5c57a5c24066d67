/** Something the service needs. Resolves while it works. */
export type Probe = () => Promise<void>

/** Health questions have no patience: the web shop waits for the answer before it asks for a code. */
const patienceMs = 250

/** Whether all probes resolve in time. Never throws. */
export async function areReady(probes: readonly Probe[]): Promise<boolean> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error('too late')), patienceMs)
  try {
    await Promise.race([Promise.all(probes.map((probe) => probe())), tooLate])
    return true
  } catch {
    return false
  } finally {
    clearTimeout(timer)
  }
}
