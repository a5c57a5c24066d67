import { startStopwatch } from '../../platform/clock.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Phone } from '../../platform/phone.ts'
import { callVendor } from './call-vendor.ts'
import type { MessagingMetrics } from './messaging-metrics.ts'
import { reportAttempt } from './report-attempt.ts'
import type { SmsMessage, SmsOutcome } from './sms/sms-provider.ts'
import type { createSignInText } from './templates/sign-in-text.ts'
import type { ClientKind, Locale } from './templates/text-settings.ts'
import type { Vendor } from './vendor.ts'

export interface SendSms {
  to: Phone
  code: string
  template: 'signInCode'
  locale: Locale
  client: ClientKind
  /** What is left of the code's life. */
  validForSeconds: number
  /** Our id of the message; receipts bring it back. */
  reference: string
  /** Vendor ids in the order to try. */
  vendors: readonly string[]
  /** The request's logger, which carries its id. */
  log: Logger
}

export interface SmsAttempt {
  vendor: string
  outcome: SmsOutcome['outcome']
  /** The person may get an SMS from it. */
  mayHaveSent: boolean
}

export interface SmsResult {
  outcome: SmsOutcome['outcome']
  /** Who took or refused it. */
  vendor?: string
  vendorReference?: string
  attempts: SmsAttempt[]
}

export interface SendSmsDeps {
  vendors: ReadonlyMap<string, Vendor>
  settings: { attemptTimeoutMs: number; totalTimeoutMs: number }
  signInText: ReturnType<typeof createSignInText>
  publicUrl?: string
  metrics: MessagingMetrics
  print: (line: string) => void
}

/** A time-out may hide a sent message, so a person gets at most this many SMS for one request. */
const mostSms = 2

/**
 * Sends one text through the first vendor that takes it, the same text at each. Never throws and ends in bounded time.
 * A vendor whose circuit is open is passed over; a rejection ends it, because no vendor may or can reach that person.
 */
export async function sendSms(deps: SendSmsDeps, request: SendSms): Promise<SmsResult> {
  const { settings, vendors, metrics, print } = deps
  const { log } = request
  const elapsed = startStopwatch()
  const rendered = deps.signInText(request.locale, request.client, request.code)
  const attempts: SmsAttempt[] = []

  for (const id of new Set(request.vendors)) {
    const timeLeft = settings.totalTimeoutMs - elapsed()
    if (timeLeft < 1 || attempts.filter(({ mayHaveSent }) => mayHaveSent).length >= mostSms) break
    const vendor = vendors.get(id)
    if (!vendor?.configured) continue
    const took = startStopwatch()
    const timeoutMs = Math.floor(Math.min(settings.attemptTimeoutMs, timeLeft))
    const call = { timeoutMs, durations: metrics.durations, print, log }
    const result = await vendor.circuit.run(() => callVendor(vendor, messageFor(deps, request, rendered, id), call))
    if (result === 'skipped') continue

    reportAttempt(metrics, log, result, { ...request, vendor: id, ms: Math.round(took()) })
    const mayHaveSent = result.outcome === 'accepted' || (result.outcome === 'unavailable' && result.mayHaveSent)
    attempts.push({ vendor: id, outcome: result.outcome, mayHaveSent })
    if (result.outcome === 'accepted') {
      const { outcome, vendorReference } = result
      return { outcome, vendor: id, ...(vendorReference !== undefined && { vendorReference }), attempts }
    }
    if (result.outcome === 'rejected') return { outcome: 'rejected', vendor: id, attempts }
  }
  if (attempts.length === 0) log.warn({ reference: request.reference }, 'no SMS vendor takes messages')
  return { outcome: 'unavailable', attempts }
}

function messageFor(
  { publicUrl }: SendSmsDeps,
  { to, code, validForSeconds, reference }: SendSms,
  rendered: ReturnType<SendSmsDeps['signInText']>,
  vendor: string,
): SmsMessage {
  const receiptUrl =
    publicUrl && `${publicUrl}/api/webhooks/${vendor}/status?reference=${encodeURIComponent(reference)}`
  return { to, code, validForSeconds, reference, ...rendered, ...(receiptUrl && { receiptUrl }) }
}
