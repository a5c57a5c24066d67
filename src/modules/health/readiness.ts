/** Asks a part that the service needs. Resolves while it works. */
export type Probe = () => Promise<void>

/** Health questions have no patience: the web shop waits for the answer before it asks for a code. */
const patienceMs = 250

/** Whether a part answers in time. Never throws. */
export async function answers(probe: Probe): Promise<boolean> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error('too late')), patienceMs)
  try {
    await Promise.race([probe(), tooLate])
    return true
  } catch {
    return false
  } finally {
    clearTimeout(timer)
  }
}
