import { startStopwatch } from '../../platform/clock.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import { callVendor } from './call-vendor.ts'
import type { Channel } from './channel.ts'
import type { SendOutcome } from './message-provider.ts'
import { reportAttempt } from './report-attempt.ts'

/** One message on its way, whoever carries it. */
export interface Sending<M> {
  to: string
  /** Our id of the message; receipts bring it back. */
  reference: string
  template: string
  /** Vendor ids in the order to try. */
  vendors: Iterable<string>
  /** The request's logger, which carries its id. */
  log: Logger
  messageFor(vendor: string): M
}

export interface Attempt {
  vendor: string
  outcome: SendOutcome['outcome']
  /** The person may get the message from it. */
  mayHaveSent: boolean
}

export interface SendResult {
  outcome: SendOutcome['outcome']
  /** Who took or refused it. */
  vendor?: string
  vendorReference?: string
  attempts: Attempt[]
}

/** A time-out may hide a sent message, so a person gets at most this many for one request. */
const mostMessages = 2

/** In less nobody answers, and the message may be on its way all the same. */
const shortestAttemptMs = 50

/**
 * Has one message sent by the first vendor that takes it. Never throws and ends in bounded time. A vendor whose circuit
 * is open is passed over; a rejection ends it, because no vendor may or can reach that person.
 */
export async function tryVendors<M>(channel: Channel<M>, sending: Sending<M>): Promise<SendResult> {
  const { settings, vendors, lines } = channel
  const { log, reference } = sending
  const elapsed = startStopwatch()
  const attempts: Attempt[] = []

  for (const id of new Set(sending.vendors)) {
    const timeLeft = settings.totalTimeoutMs - elapsed()
    if (timeLeft < shortestAttemptMs || attempts.filter(({ mayHaveSent }) => mayHaveSent).length >= mostMessages) break
    const vendor = vendors.get(id)
    if (!vendor?.configured) continue
    const took = startStopwatch()
    const timeoutMs = Math.floor(Math.min(settings.attemptTimeoutMs, timeLeft))
    const result = await vendor.circuit.run(() =>
      callVendor(vendor, sending.messageFor(id), { timeoutMs, channel, log }),
    )
    if (result === 'skipped') continue

    reportAttempt(channel, log, result, { ...sending, vendor: id, ms: Math.round(took()) })
    const mayHaveSent = result.outcome === 'accepted' || (result.outcome === 'unavailable' && result.mayHaveSent)
    attempts.push({ vendor: id, outcome: result.outcome, mayHaveSent })
    if (result.outcome === 'accepted') {
      const { outcome, vendorReference } = result
      return { outcome, vendor: id, ...(vendorReference !== undefined && { vendorReference }), attempts }
    }
    if (result.outcome === 'rejected') return { outcome: 'rejected', vendor: id, attempts }
  }
  if (attempts.length === 0) log.warn({ reference }, lines.noVendor)
  return { outcome: 'unavailable', attempts }
}
