import type { Logger } from '../../platform/observability/logger.ts'
import type { DeliveryReport } from '../messaging/index.ts'
import { type Address, textOf } from './address.ts'
import type { ChallengeStore } from './challenge-store.ts'
import type { Codes } from './codes.ts'
import { type CodeMessaging, offersFor, sendCode } from './send-code.ts'
import type { SignInTelemetry } from './sign-in-telemetry.ts'
import { blockNameOf, nameOf } from './subject.ts'

export interface ResendUndeliveredDeps {
  challenges: Pick<ChallengeStore, 'recordDelivery' | 'settle'>
  codes: Codes
  messaging: CodeMessaging
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
  const { reference, vendor, state } = report
  const address: Address =
    report.channel === 'sms' ? { kind: 'phone', phone: report.phone } : { kind: 'email', email: report.email }
  const name = nameOf(codes, address)
  const offers = offersFor(messaging, address)
  const result = await challenges.recordDelivery({
    phone: name,
    reference,
    vendor,
    state,
    others: report.worthAnother ? offers.filter(({ id }) => id !== vendor) : [],
  })
  if (!('sentAgoMs' in result)) return
  if (state === 'delivered') telemetry.delivered(vendor, result.sentAgoMs)
  if (result.outcome !== 'resend') return

  const sent = await sendCode(messaging, address, {
    code: codes.codeFor(result.nonce, textOf(address)),
    locale: result.locale,
    client: result.client,
    validForSeconds: Math.floor(result.expiresInMs / 1000),
    reference,
    vendors: [result.vendor],
    log,
  })
  telemetry.sentAgain(log, address, result.vendor, sent.outcome)
  const price = offers.find(({ id }) => id === result.vendor)?.pricePaise ?? 0
  if (sent.outcome === 'accepted') return telemetry.messagePaid(result.vendor, price)

  await challenges.settle({
    phone: name,
    prefix: blockNameOf(codes, address),
    reference,
    parts: [vendor, result.vendor].map((id) => ({ vendor: id, state: 'failed' })),
    extraPaise: sent.attempts.some(({ mayHaveSent }) => mayHaveSent) ? 0 : -price,
    undelivered: false,
    uncount: false,
  })
}
