import type { Logger } from '../../platform/observability/logger.ts'
import type { Metrics } from '../../platform/observability/metrics.ts'
import { type Address, masked } from './address.ts'

/** One function for each thing that happens in sign-in: a line in the log, a count in the metrics. */
export type SignInTelemetry = ReturnType<typeof createSignInTelemetry>

export function createSignInTelemetry(metrics: Metrics) {
  const requests = metrics.counter('otp_requests_total', 'Codes asked for, by what came of it.', ['outcome'])
  const verifications = metrics.counter('otp_verifications_total', 'Codes submitted, by what came of it.', ['outcome'])
  const verified = metrics.counter('otp_verified_total', 'Right codes, by the vendor of their latest message.', [
    'vendor',
  ])
  const blocks = metrics.counter('otp_blocks_total', 'Requests stopped by a limit.', ['operation', 'limit'])
  const spent = metrics.counter('sms_spend_paise_total', 'Price of the messages sent, in paise.', ['vendor'])
  const deliveryTimes = metrics.histogram(
    'sms_delivery_seconds',
    'Time from the send to the receipt that says delivered.',
    ['vendor'],
    [1, 2, 5, 10, 20, 60, 300],
  )

  return {
    codeSent(
      log: Logger,
      address: Address,
      {
        opened,
        vendor,
        reference,
        vendorReference,
      }: { opened: boolean; vendor?: string; reference: string; vendorReference?: string },
    ) {
      requests.inc({ outcome: opened ? 'sent' : 'resent' })
      log.info({ ...masked(address), vendor, reference, vendorReference }, opened ? 'code sent' : 'code sent again')
    },
    codeNotSent(log: Logger, address: Address, outcome: 'rejected' | 'unavailable' | 'busy') {
      requests.inc({ outcome })
      log.warn({ ...masked(address), outcome }, 'code not sent')
    },
    codeOnItsWay() {
      requests.inc({ outcome: 'waiting' })
    },
    overBudget(log: Logger) {
      requests.inc({ outcome: 'over_budget' })
      log.error({ alarm: true }, 'hourly SMS budget is spent: no code was sent')
    },
    blocked(log: Logger, operation: 'send' | 'verify' | 'status', limit: string) {
      blocks.inc({ operation, limit })
      log.warn({ operation, limit }, 'stopped by a limit')
    },
    codeVerified(log: Logger, address: Address, vendor: string) {
      verifications.inc({ outcome: 'right' })
      verified.inc({ vendor })
      log.info({ ...masked(address), vendor }, 'signed in')
    },
    codeRefused(log: Logger, address: Address, outcome: 'wrong' | 'locked' | 'closed') {
      verifications.inc({ outcome })
      log.info({ ...masked(address), outcome }, 'code refused')
    },
    messagePaid(vendor: string, paise: number) {
      if (paise > 0) spent.inc({ vendor }, paise)
    },
    delivered(vendor: string, afterMs: number) {
      deliveryTimes.observe({ vendor }, afterMs / 1000)
    },
    sentAgain(log: Logger, address: Address, vendor: string, outcome: string) {
      requests.inc({ outcome: 'resent_undelivered' })
      log.info({ ...masked(address), vendor, outcome }, 'undelivered code sent through another vendor')
    },
  }
}
