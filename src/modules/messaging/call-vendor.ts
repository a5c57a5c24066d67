import { createHttpClient, failureCode, HttpFailure } from '../../platform/http/client.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import { maskPhoneNumbers } from '../../platform/observability/mask.ts'
import type { Channel } from './channel.ts'
import type { SendOutcome } from './message-provider.ts'
import type { Vendor } from './vendor.ts'

/** Failures before anything was sent. After any other the message may be on its way. */
const nothingSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])

function outcomeOfFailure(vendor: string, failure: HttpFailure): SendOutcome {
  const code = failureCode(failure)
  return { outcome: 'unavailable', reason: `${vendor} ${code}`, mayHaveSent: !nothingSent.has(code), alarm: false }
}

/** Keeps the vendor's id of a message only when it looks like one: it is logged and shown. */
function withSoundReference(result: SendOutcome): SendOutcome {
  if (result.outcome !== 'accepted') return result
  const { outcome, vendorReference: id } = result
  return id && /^[\w-]{1,64}$/.test(id) && maskPhoneNumbers(id) === id ? { outcome, vendorReference: id } : { outcome }
}

/**
 * Hands one message to one vendor, once. Ends within `timeoutMs`, and never throws: a fault in a
 * vendor's file is an outcome too, so that the next vendor gets its turn.
 */
export async function callVendor<M>(
  { id, provider, settings, connection }: Vendor<M>,
  message: M,
  {
    timeoutMs,
    channel: { metrics, lines, print },
    log,
  }: {
    timeoutMs: number
    channel: Pick<Channel<M>, 'metrics' | 'lines' | 'print'>
    log: Logger
  },
): Promise<SendOutcome> {
  const baseUrl = provider.baseUrl?.(settings) ?? ''
  const http = createHttpClient({ baseUrl, timeoutMs, vendor: id, durations: metrics.durations })
  try {
    const wire = { settings, http, timeoutMs, print, connection: provider.connect && (await connection()) }
    const done = provider.connect && metrics.durations.startTimer({ vendor: id })
    const result = await provider.send(message, wire)
    done?.({ status: result.outcome })
    return withSoundReference(result)
  } catch (error) {
    if (error instanceof HttpFailure) return outcomeOfFailure(id, error)
    // The place, not the message: that may quote what was being sent.
    const where = error instanceof Error ? error.stack?.split('\n    at ')[1] : undefined
    log.error({ vendor: id, where }, lines.fault)
    return { outcome: 'unavailable', reason: `${id} fault`, mayHaveSent: true, alarm: true }
  }
}
