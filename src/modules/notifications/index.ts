import type { Events } from '../../platform/events/events.ts'
import { accountDeleted, emailReplaced } from '../accounts/index.ts'
import { type SendLetterDeps, sendLetter } from './send-letter.ts'

export interface NotificationsDeps extends SendLetterDeps {
  events: Pick<Events, 'when'>
}

/**
 * Writes to people about what happened to them. It owns no data: it listens to what other modules publish, and what it
 * sends has been true. Each message is tried until a vendor takes it; it may come twice, and then it is the same.
 */
export function startNotifications({ events, ...deps }: NotificationsDeps): void {
  // To the address that was replaced: whoever was put out learns of it there and nowhere else.
  events.when(emailReplaced, 'write-to-former-address', ({ letter, maskedEmail }, { log }) =>
    sendLetter(deps, letter, { template: 'emailChanged', maskedEmail }, log),
  )
  events.when(accountDeleted, 'confirm', ({ letter }, { log }) =>
    sendLetter(deps, letter, { template: 'accountDeleted' }, log),
  )
}
