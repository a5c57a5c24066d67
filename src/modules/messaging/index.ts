import type { Section, Values } from '../../platform/config/section.ts'
import { parseEmailAddress } from '../../platform/email-address.ts'
import { healthOf } from '../../platform/vendors/vendor.ts'
import { createEmailChannel } from './email/email-channel.ts'
import { emailProviders } from './email/providers/index.ts'
import { emailSettings } from './email-settings.ts'
import type { Messaging, MessagingDeps } from './messaging.ts'
import { createMessagingMetrics } from './messaging-metrics.ts'
import { messagingRoutes } from './messaging-routes.ts'
import { messagingSettings } from './messaging-settings.ts'
import { orderTextSettings, orderTextsOf } from './order-text-settings.ts'
import type { ReceiptListener } from './record-receipt.ts'
import { sendEmail } from './send-email.ts'
import { sendSms } from './send-sms.ts'
import { smsProviders } from './sms/providers/index.ts'
import { createSmsChannel } from './sms/sms-channel.ts'
import { createOrderText, unregisteredTexts } from './templates/order-text.ts'
import { orderTextFaults } from './templates/order-text-faults.ts'
import { createSignInText } from './templates/sign-in-text.ts'
import { templateFaults } from './templates/template-faults.ts'
import { offersOf } from './vendor.ts'

export type { DeliveryState } from './message-provider.ts'
export type { Messaging } from './messaging.ts'
export type { DeliveryReport } from './record-receipt.ts'
export type { SendEmail } from './send-email.ts'
export type { SendSms, SmsResult } from './send-sms.ts'
export type { ClientKind, Locale, OrderTextName } from './templates/text-settings.ts'
export type { VendorOffer } from './vendor.ts'
export { emailProviders, emailSettings, messagingSettings, orderTextSettings, smsProviders }

/** Every provider, whose settings `createMessaging` takes by id. */
export const messagingProviders: readonly { id: string; settings: Section }[] = [...smsProviders, ...emailProviders]

/** What is wrong with the texts, a sentence each. @param lifeSeconds the life of a code */
export const textFaults = (
  settings: Values<typeof messagingSettings>,
  orderTexts: Values<typeof orderTextSettings>,
  lifeSeconds: number,
): string[] => [...templateFaults(settings, lifeSeconds), ...orderTextFaults(settings, orderTextsOf(orderTexts))]

/** The module's own settings and every provider's. */
export const messagingSections: readonly Section[] = [
  messagingSettings,
  orderTextSettings,
  ...smsProviders.map(({ settings }) => settings),
  emailSettings,
  ...emailProviders.map(({ settings }) => settings),
]

let printed = ''

/** Lines of one turn of the event loop leave together: a write for each costs more than making it. */
function printLine(line: string): void {
  if (printed === '')
    setImmediate(() => {
      process.stdout.write(printed)
      printed = ''
    })
  printed += `${line}\n`
}

/**
 * Sends texts and mails to people through the vendors that are set up, and learns from the vendors what became of them.
 *
 * It owns the vendors, their order and health, the approved texts, the mails and the receipts. It promises that a send
 * ends in bounded time, that one request makes at most two messages with the same text, and that nothing it logs,
 * counts or throws holds a code, a whole number or address, or a key. It keeps no messages: whoever sends knows what a
 * reference stands for, and whether a receipt moves anything forward.
 */
export function createMessaging(deps: MessagingDeps): Messaging {
  const { settings, emailSettings: mail, publicUrl, codeLifeSeconds, print = printLine } = deps
  const metrics = createMessagingMetrics(deps.metrics)
  const from = mail.from === undefined ? undefined : parseEmailAddress(mail.from)
  const sms = createSmsChannel({ ...deps, print, metrics: metrics.sms })
  const email = createEmailChannel({ ...deps, print, metrics: metrics.email, settings: mail })
  const known = [...sms.vendors.values(), ...email.vendors.values()]
  const listeners: ReceiptListener[] = []

  const orderTexts = orderTextsOf(deps.orderTextSettings)
  const unregistered = unregisteredTexts(settings, orderTexts)
  if (unregistered.length > 0)
    deps.log.warn({ texts: unregistered }, 'SMS texts are not sent: others are registered at DLT, and these are not')

  const texts = {
    channel: sms,
    signInText: createSignInText(settings, codeLifeSeconds),
    orderText: createOrderText(settings, orderTexts),
    ...(publicUrl && { publicUrl }),
  }
  const mails = { channel: email, brand: mail.fromName, codeLifeSeconds, ...(from && { from }) }
  return {
    vendors: () => offersOf(sms.vendors),
    emailVendors: () => offersOf(email.vendors),
    sendsText: (template) => !unregistered.includes(template),
    sendSms: (request) => sendSms(texts, request),
    sendEmail: (request) => sendEmail(mails, request),
    onReceipt: (listener) => void listeners.push(listener),
    health: () => healthOf(sms.vendors),
    emailHealth: () => healthOf(email.vendors),
    labelOf: (vendor) => known.find(({ id }) => id === vendor)?.provider.settings.title ?? vendor,
    routes: messagingRoutes({
      channels: [sms, email],
      listeners,
      clock: deps.clock,
      ...(publicUrl !== undefined && { publicUrl }),
    }),
    async close() {
      await Promise.all(known.map((vendor) => vendor.close()))
    },
  }
}
