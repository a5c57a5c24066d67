import { defineEvent } from '../../platform/events/events.ts'

/**
 * What a mail about an account needs, as it was before the change that it tells of. Sealed where it rests: after that
 * change it stands nowhere else.
 */
export interface AccountLetter {
  /** Our id of the message. */
  reference: string
  to: string
  name: string | null
  locale: string | null
  /** Milliseconds since 1970. */
  at: number
}

interface Told {
  userId: string
  /** A sealed `AccountLetter`. */
  letter: string
}

/** Another e-mail address came into the place of the one in the letter. */
export const emailReplaced = defineEvent<'account.email_replaced', Told & { maskedEmail: string }>(
  'account.email_replaced',
)

/** Nothing is left of the account but its id. Who had no e-mail address gets no letter. */
export const accountDeleted = defineEvent<'account.deleted', Omit<Told, 'letter'> & { letter: string | null }>(
  'account.deleted',
)
