import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import { Unavailable } from '../../platform/unavailable.ts'
import type { Channel, Person } from './channel.ts'
import type { Receipt, ReceiptCall } from './message-provider.ts'

/** A receipt of a vendor, with the person it is about. It may be late, repeated and out of order. */
export type DeliveryReport = Receipt & Person & { vendor: string }

export type ReceiptListener = (report: DeliveryReport, log: Logger) => Promise<void>

/** What receipts need of a channel, whatever its messages are. */
type ReceivingChannel = Pick<Channel<never>, 'vendors' | 'metrics' | 'lines' | 'masked' | 'personOf'>

export interface RecordReceiptDeps {
  channels: readonly ReceivingChannel[]
  listeners: readonly ReceiptListener[]
  clock: Clock
}

type Verdict = 'recorded' | 'ignored' | 'forged' | 'unknown'

const referenceForm = /^[A-Za-z0-9_-]{1,64}$/

/**
 * Checks that a call comes from the vendor and tells the listeners of each receipt in it, one after the other. What a
 * listener does wrong is logged and changes nothing: a vendor would only repeat the call. What it cannot do now it can
 * then.
 *
 * @throws Unavailable
 * @returns `unknown` when there is no such vendor, or it reports nothing
 */
export async function recordReceipt(
  { channels, listeners, clock }: RecordReceiptDeps,
  { vendor: id, call, log }: { vendor: string; call: Omit<ReceiptCall, 'receivedAt'>; log: Logger },
): Promise<Verdict> {
  const channel = channels.find(({ vendors }) => vendors.get(id)?.provider.readReceipt)
  const vendor = channel?.vendors.get(id)
  if (!channel || !vendor) return 'unknown'
  const read = vendor.provider.readReceipt?.({ ...call, receivedAt: clock.now() }, vendor.settings) ?? 'ignored'
  const receipts: readonly Receipt[] = typeof read === 'string' ? [] : [read].flat()

  const reports = receipts.flatMap((receipt) => {
    const person = referenceForm.test(receipt.reference) ? channel.personOf(receipt.to) : undefined
    return person ? [{ ...receipt, vendor: id, ...person }] : []
  })
  if (reports.length === 0) {
    const verdict = read === 'forged' ? 'forged' : 'ignored'
    channel.metrics.receipts.inc({ vendor: id, state: verdict })
    log.debug({ vendor: id, verdict }, 'receipt not taken') // anyone can cause this line
    return verdict
  }

  for (const report of reports) {
    describeReceipt(channel, report, log)
    for (const listener of listeners) {
      try {
        await listener(report, log)
      } catch (error) {
        if (error instanceof Unavailable) throw error // the vendor repeats it, when we can do something about it
        log.error({ err: error, vendor: id, reference: report.reference }, 'fault after a receipt')
      }
    }
  }
  return 'recorded'
}

/** One line and one count for one receipt. */
function describeReceipt({ metrics, lines, masked }: ReceivingChannel, report: DeliveryReport, log: Logger): void {
  const { vendor, reference, state, reason, alarm } = report
  metrics.receipts.inc({ vendor, state })
  const fact = { vendor, reference, state, reason, ...masked(report.channel === 'sms' ? report.phone : report.email) }
  if (alarm) metrics.alarms.inc({ vendor })
  if (alarm) log.error({ ...fact, alarm }, lines.undelivered)
  else log.info(fact, lines.receipt)
}
