import type { Values } from '../../platform/config/section.ts'
import type { Events } from '../../platform/events/events.ts'
import { accountDeleted, emailReplaced } from '../accounts/index.ts'
import type { Messaging } from '../messaging/index.ts'
import { orderChanged } from '../orders/index.ts'
import type { notificationsSettings } from './notifications-settings.ts'
import { isMoment, templatesOf } from './order-moment.ts'
import { type SendLetterDeps, sendLetter } from './send-letter.ts'
import { mailCustomer, type TellCustomerDeps, textCustomer } from './tell-customer.ts'

export { notificationsSettings } from './notifications-settings.ts'

export interface NotificationsDeps extends SendLetterDeps, TellCustomerDeps {
  settings: Values<typeof notificationsSettings>
  messaging: SendLetterDeps['messaging'] & TellCustomerDeps['messaging'] & Pick<Messaging, 'vendors' | 'sendsText'>
  events: Pick<Events, 'when'>
}

/** Mostly they wait for a vendor. */
const atOnce = 16

/**
 * Writes to people about what happened to them. It owns no data: it listens to what other modules publish, and what it
 * sends has been true. Each message is tried until a vendor takes it; it may come twice, and then it is the same.
 */
export function startNotifications({ events, settings, ...deps }: NotificationsDeps): void {
  const { messaging } = deps
  // To the address that was replaced: whoever was put out learns of it there and nowhere else.
  events.when(emailReplaced, 'write-to-former-address', ({ letter, maskedEmail }, { log }) =>
    sendLetter(deps, letter, { template: 'emailChanged', maskedEmail }, log),
  )
  events.when(
    accountDeleted,
    'confirm',
    async ({ letter }, { log }) => letter !== null && sendLetter(deps, letter, { template: 'accountDeleted' }, log),
    { wants: ({ letter }) => letter !== null },
  )
  events.when(orderChanged, 'text-customer', (fact, { log }) => textCustomer(deps, fact, log), {
    atOnce,
    wants: ({ type }) =>
      isMoment(type) &&
      settings.orderSms.includes(type) &&
      templatesOf(type).some((template) => messaging.sendsText(template)) &&
      messaging.vendors().length > 0,
  })
  events.when(orderChanged, 'mail-customer', (fact, { log }) => mailCustomer(deps, fact, log), {
    atOnce,
    wants: ({ type }) => isMoment(type) && settings.orderMails.includes(type) && messaging.emailVendors().length > 0,
  })
}
