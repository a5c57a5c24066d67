import {
  CircuitState as BreakerState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhenResult,
  isBrokenCircuitError,
} from 'cockatiel'

export type CircuitState = 'closed' | 'open' | 'half-open'

/** Keeps calls away from a vendor that has failed again and again. One for each vendor and process. */
export interface Circuit {
  /** `open` while the vendor is left alone; `half-open` from then on, until a probe has shown whether it is back. */
  state(): CircuitState
  /** Whether a call would run now: not while open, nor while a probe is on its way. */
  takesCalls(): boolean
  /** Runs the call, or does not and says so. Callers never wait for someone else's probe. */
  run<T>(call: () => Promise<T>): Promise<T | 'skipped'>
}

/**
 * Opens after a run of failures, then lets one call at a time through to see whether the vendor is back.
 *
 * @param isFailure which results count as failures of the vendor; a call must not throw
 */
export function createCircuit<R>({
  failures,
  openSeconds,
  isFailure,
  onChange,
}: {
  failures: number
  openSeconds: number
  isFailure: (result: R) => boolean
  onChange: (state: CircuitState) => void
}): Circuit {
  const breaker = circuitBreaker(
    handleWhenResult((result) => isFailure(result as R)),
    { breaker: new ConsecutiveBreaker(failures), halfOpenAfter: openSeconds * 1000 },
  )
  // The breaker leaves `open` only when a call comes; this tells that one may come.
  let rested = false
  breaker.onBreak(() => {
    rested = false
    onChange('open')
    setTimeout(() => {
      rested = true
      onChange('half-open')
    }, openSeconds * 1000).unref()
  })
  breaker.onReset(() => onChange('closed'))

  const state = (): CircuitState => {
    if (breaker.state === BreakerState.Closed) return 'closed'
    return breaker.state === BreakerState.Open && !rested ? 'open' : 'half-open'
  }
  const takesCalls = (): boolean =>
    breaker.state === BreakerState.Closed || (breaker.state === BreakerState.Open && rested)

  return {
    state,
    takesCalls,
    async run(call) {
      if (!takesCalls()) return 'skipped'
      try {
        return await breaker.execute(call)
      } catch (error) {
        if (isBrokenCircuitError(error)) return 'skipped' // the timer was a tick early
        throw error
      }
    },
  }
}
