import type { Logger } from '../../platform/observability/logger.ts'
import type { AccountsTelemetry } from './accounts-telemetry.ts'
import type { FailedSignIns } from './failed-sign-ins.ts'
import type { Revocations } from './revocations.ts'
import type { SigningKeys } from './signing-keys.ts'

export interface KeepCurrentDeps {
  signingKeys: Pick<SigningKeys, 'load'>
  revocations: Pick<Revocations, 'poll'>
  failedSignIns: Pick<FailedSignIns, 'flush'>
  log: Logger
  telemetry: AccountsTelemetry
}

const roundMs = 2000
const roundsToLoadKeys = 5

/**
 * Every 2 s reads what other instances revoked and writes the failures that wait; every 10 s reads the signing keys.
 * While the database is away each round fails and the next tries again. The function that it returns ends it.
 */
export function keepCurrent(deps: KeepCurrentDeps): () => void {
  let rounds = 0
  let isFailing = false
  let running = false

  async function round(): Promise<void> {
    if (running) return
    running = true
    rounds += 1
    try {
      await deps.revocations.poll()
      await deps.failedSignIns.flush()
      if (rounds % roundsToLoadKeys === 0) await deps.signingKeys.load()
      isFailing = false
    } catch (error) {
      if (!isFailing) deps.telemetry.pollFailed(deps.log, error)
      isFailing = true
    } finally {
      running = false
    }
  }

  const timer = setInterval(() => void round(), roundMs)
  timer.unref()
  return () => clearInterval(timer)
}
