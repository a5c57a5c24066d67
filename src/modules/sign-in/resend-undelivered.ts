import type { Logger } from '../../platform/observability/logger.ts'
import type { DeliveryReport, Messaging } from '../messaging/index.ts'
import type { ChallengeStore } from './challenge-store.ts'
import type { Codes } from './codes.ts'
import type { SignInTelemetry } from './sign-in-telemetry.ts'

export interface ResendUndeliveredDeps {
  challenges: Pick<ChallengeStore, 'recordDelivery' | 'settle'>
  codes: Codes
  messaging: Pick<Messaging, 'vendors' | 'sendSms'>
  telemetry: SignInTelemetry
}

/**
 * Takes a receipt. When it says that the only message of a live, unverified challenge failed, and another vendor
 * may do better, the same code goes out through that vendor: once, however often and in whatever order receipts
 * come. A receipt for anything else changes nothing.
 */
export async function resendUndelivered(
  deps: ResendUndeliveredDeps,
  report: DeliveryReport,
  log: Logger,
): Promise<void> {
  const { challenges, codes, messaging, telemetry } = deps
  const { phone, reference, vendor, state } = report
  const pseudonym = codes.pseudonym('phone', phone)
  const result = await challenges.recordDelivery({
    phone: pseudonym,
    reference,
    vendor,
    state,
    others: report.worthAnother ? messaging.vendors().filter(({ id }) => id !== vendor) : [],
  })
  if (!('sentAgoMs' in result)) return
  if (state === 'delivered') telemetry.delivered(vendor, result.sentAgoMs)
  if (result.outcome !== 'resend') return

  const sent = await messaging.sendSms({
    to: phone,
    code: codes.codeFor(result.nonce, phone),
    template: 'signInCode',
    locale: result.locale,
    client: result.client,
    validForSeconds: Math.floor(result.expiresInMs / 1000),
    reference,
    vendors: [result.vendor],
    log,
  })
  telemetry.sentAgain(log, phone, result.vendor, sent.outcome)
  const price = messaging.vendors().find(({ id }) => id === result.vendor)?.pricePaise ?? 0
  if (sent.outcome === 'accepted') return telemetry.messagePaid(result.vendor, price)

  await challenges.settle({
    phone: pseudonym,
    prefix: codes.pseudonym('prefix', phone.slice(0, -3)),
    reference,
    parts: [vendor, result.vendor].map((id) => ({ vendor: id, state: 'failed' })),
    extraPaise: sent.attempts.some(({ mayHaveSent }) => mayHaveSent) ? 0 : -price,
    undelivered: false,
    uncount: false,
  })
}
