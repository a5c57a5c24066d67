import type { Section } from '../../platform/config/section.ts'
import type { Messaging, MessagingDeps } from './messaging.ts'
import { createMessagingMetrics } from './messaging-metrics.ts'
import { messagingRoutes } from './messaging-routes.ts'
import { messagingSettings } from './messaging-settings.ts'
import type { ReceiptListener } from './record-receipt.ts'
import { sendSms } from './send-sms.ts'
import { smsProviders } from './sms/providers/index.ts'
import { createSignInText } from './templates/sign-in-text.ts'
import { listVendors } from './vendor.ts'

export type { Messaging, VendorOffer } from './messaging.ts'
export type { DeliveryReport } from './record-receipt.ts'
export type { SendSms, SmsResult } from './send-sms.ts'
export type { DeliveryState } from './sms/sms-provider.ts'
export { templateFaults } from './templates/template-faults.ts'
export type { ClientKind, Locale } from './templates/text-settings.ts'
export { messagingSettings, smsProviders }

/** The module's own settings and every provider's. */
export const messagingSections: readonly Section[] = [
  messagingSettings,
  ...smsProviders.map(({ settings }) => settings),
]

const printLine = (line: string): void => void process.stdout.write(`${line}\n`)

/**
 * Sends texts to people through the vendors that are set up, and learns from the vendors what became of them.
 *
 * It owns the vendors, their order and health, the approved texts and the receipts. It promises that a send ends in
 * bounded time, that one request makes at most two SMS with the same text, and that nothing it logs, counts or throws
 * holds a code, a whole number or a key. It keeps no messages: whoever sends knows what a reference stands for, and
 * whether a receipt moves anything forward.
 */
export function createMessaging(deps: MessagingDeps): Messaging {
  const { settings, parsePhone, publicUrl, print = printLine } = deps
  const metrics = createMessagingMetrics(deps.metrics)
  const vendors = listVendors({ ...deps, metrics })
  const listeners: ReceiptListener[] = []
  const shared = { vendors, metrics, ...(publicUrl !== undefined && { publicUrl }) }
  const signInText = createSignInText(settings, deps.codeLifeSeconds)

  return {
    vendors() {
      const configured = [...vendors.values()].filter((vendor) => vendor.configured)
      const [ready, resting] = [true, false].map((takes) =>
        configured.filter(({ circuit }) => circuit.takesCalls() === takes),
      )
      return [...(ready ?? []), ...(resting ?? [])].map(({ id, provider, settings: values }) => ({
        id,
        pricePaise: provider.pricePaise(values),
      }))
    },
    sendSms: (request) => sendSms({ ...shared, settings, signInText, print }, request),
    onReceipt: (listener) => void listeners.push(listener),
    health() {
      const real = [...vendors.values()].filter(({ provider }) => !provider.developmentOnly)
      return Object.fromEntries(
        real.map(({ id, configured, circuit }) => [id, { configured, circuit: circuit.state() }]),
      )
    },
    labelOf: (vendor) => vendors.get(vendor)?.provider.settings.title ?? vendor,
    routes: messagingRoutes({ ...shared, listeners, parsePhone }),
  }
}
