/**
 * What one statement saw: the oldest transaction that was running, a number above all that were given to transactions
 * by then, and the latest event that was there.
 */
export interface Sight {
  oldest: bigint
  next: bigint
  latest: number
}

/**
 * Tells up to which event nothing can come any more. Events are numbered when they are added and seen when they are
 * committed, so that a number may appear after a higher one. Whatever is not seen up to an event that was there is being
 * added by a transaction that was running then; once all of those are over, it is there or will never be. Whoever adds
 * an event has changed a row before (its order's, or that of its idempotency key), so that its transaction is numbered.
 */
export interface SettledEvents {
  /** Takes note of what was seen, and gives the event up to which what was seen is all there will ever be. */
  see(sight: Sight): number
  /** Of what was seen before. */
  readonly upTo: number
}

export function createSettledEvents(): SettledEvents {
  /** In the order in which they were seen; of several with one latest event the first says all. */
  let waiting: Pick<Sight, 'next' | 'latest'>[] = []
  let upTo = 0
  return {
    see({ oldest, next, latest }) {
      if (waiting.at(-1)?.latest !== latest) waiting.push({ next, latest })
      const isOver = ({ next }: Pick<Sight, 'next'>) => next <= oldest
      if (oldest === next) upTo = Math.max(upTo, latest) // nothing is running
      for (const sight of waiting) if (isOver(sight)) upTo = Math.max(upTo, sight.latest)
      waiting = waiting.filter((sight) => !isOver(sight) && sight.latest > upTo)
      return upTo
    },
    get upTo() {
      return upTo
    },
  }
}
