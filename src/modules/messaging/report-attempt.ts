import type { Logger } from '../../platform/observability/logger.ts'
import { maskPhone } from '../../platform/observability/mask.ts'
import type { Phone } from '../../platform/phone.ts'
import type { MessagingMetrics } from './messaging-metrics.ts'
import type { SmsOutcome } from './sms/sms-provider.ts'

interface Attempted {
  vendor: string
  to: Phone
  reference: string
  template: string
  ms: number
}

/** One line and one count for one attempt; a failure that needs an operator is an error, marked as an alarm. */
export function reportAttempt(
  { sends, alarms }: MessagingMetrics,
  log: Logger,
  result: SmsOutcome,
  attempted: Attempted,
): void {
  const { vendor, to, reference, template, ms } = attempted
  const { outcome, ...details } = result
  sends.inc({ vendor, outcome, template })
  const fact = { vendor, outcome, ...details, number: maskPhone(to), reference, ms }
  if (outcome === 'accepted') log.debug(fact, 'SMS accepted')
  else if (outcome === 'rejected') log.info(fact, 'SMS rejected')
  else if (!('alarm' in details && details.alarm)) log.warn(fact, 'SMS vendor unavailable')
  else {
    alarms.inc({ vendor })
    log.error(fact, 'SMS vendor needs an operator')
  }
}
