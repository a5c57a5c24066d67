import type { Logger } from '../../platform/observability/logger.ts'
import { maskPhone } from '../../platform/observability/mask.ts'
import type { Phone, PhoneParser } from '../../platform/phone.ts'
import type { MessagingMetrics } from './messaging-metrics.ts'
import type { Receipt, ReceiptCall } from './sms/sms-provider.ts'
import type { Vendor } from './vendor.ts'

/** A receipt of a vendor, with the person it is about. It may be late, repeated and out of order. */
export interface DeliveryReport extends Receipt {
  vendor: string
  phone: Phone
}

export type ReceiptListener = (report: DeliveryReport, log: Logger) => Promise<void>

export interface RecordReceiptDeps {
  vendors: ReadonlyMap<string, Vendor>
  listeners: readonly ReceiptListener[]
  parsePhone: PhoneParser
  metrics: MessagingMetrics
}

const referenceForm = /^[A-Za-z0-9_-]{1,64}$/

/**
 * Checks that a receipt comes from the vendor and tells the listeners, one after the other. What a listener does
 * wrong is logged and changes nothing: a vendor would only repeat the call.
 *
 * @returns `unknown` when there is no such vendor, or it reports nothing
 */
export async function recordReceipt(
  { vendors, listeners, parsePhone, metrics }: RecordReceiptDeps,
  { vendor: id, call, log }: { vendor: string; call: ReceiptCall; log: Logger },
): Promise<'recorded' | 'ignored' | 'forged' | 'unknown'> {
  const vendor = vendors.get(id)
  const receipt = vendor?.provider.readReceipt?.(call, vendor.settings) ?? 'unknown'
  if (receipt === 'unknown') return receipt

  const phone =
    typeof receipt === 'object' && referenceForm.test(receipt.reference) ? parsePhone(receipt.to) : undefined
  if (typeof receipt === 'string' || phone === undefined) {
    const verdict = receipt === 'forged' ? 'forged' : 'ignored'
    metrics.receipts.inc({ vendor: id, state: verdict })
    log.debug({ vendor: id, verdict }, 'receipt not taken') // anyone can cause this line
    return verdict
  }

  const { reference, state, reason, alarm } = receipt
  metrics.receipts.inc({ vendor: id, state })
  const fact = { vendor: id, reference, state, reason, number: maskPhone(phone) }
  if (alarm) metrics.alarms.inc({ vendor: id })
  if (alarm) log.error({ ...fact, alarm }, 'SMS was not delivered, and an operator is needed')
  else log.info(fact, 'SMS receipt')

  for (const listener of listeners) {
    try {
      await listener({ ...receipt, vendor: id, phone }, log)
    } catch (error) {
      log.error({ err: error, vendor: id, reference }, 'fault after a receipt')
    }
  }
  return 'recorded'
}
