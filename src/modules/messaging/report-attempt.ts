import type { Logger } from '../../platform/observability/logger.ts'
import type { Channel } from './channel.ts'
import type { SendOutcome } from './message-provider.ts'

interface Attempted {
  vendor: string
  to: string
  reference: string
  template: string
  ms: number
}

/** One line and one count for one attempt; a failure that needs an operator is an error, marked as an alarm. */
export function reportAttempt<M>(
  { metrics: { sends, alarms }, lines, masked }: Channel<M>,
  log: Logger,
  result: SendOutcome,
  attempted: Attempted,
): void {
  const { vendor, to, reference, template, ms } = attempted
  const { outcome, ...details } = result
  sends.inc({ vendor, outcome, template })
  const fact = { vendor, outcome, ...details, ...masked(to), reference, ms }
  if (outcome === 'accepted') log.debug(fact, lines.accepted)
  else if (outcome === 'rejected') log.info(fact, lines.rejected)
  else if (!('alarm' in details && details.alarm)) log.warn(fact, lines.unavailable)
  else {
    alarms.inc({ vendor })
    log.error(fact, lines.needsOperator)
  }
}
