import type { Logger } from '../../platform/observability/logger.ts'
import type { AccountsTelemetry } from './accounts-telemetry.ts'
import type { FailedSignIns } from './failed-sign-ins.ts'
import type { Revocations } from './revocations.ts'
import type { Outage } from './session-opener.ts'
import type { SigningKeys } from './signing-keys.ts'

export interface KeepCurrentDeps {
  signingKeys: Pick<SigningKeys, 'load'>
  revocations: Pick<Revocations, 'poll'>
  failedSignIns: Pick<FailedSignIns, 'flush'>
  outage: Outage
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
  const { outage } = deps
  let rounds = 0
  let running = false

  async function round(): Promise<void> {
    if (running) return
    running = true
    rounds += 1
    try {
      await deps.revocations.poll()
      await deps.failedSignIns.flush()
      if (rounds % roundsToLoadKeys === 0) await deps.signingKeys.load()
      outage.isKnown = false
    } catch (error) {
      if (!outage.isKnown) deps.telemetry.pollFailed(deps.log, error)
      outage.isKnown = true
    } finally {
      running = false
    }
  }

  const timer = setInterval(() => void round(), roundMs)
  timer.unref()
  return () => clearInterval(timer)
}
