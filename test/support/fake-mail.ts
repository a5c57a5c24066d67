/**
 * What a mail vendor does: takes the mail, refuses this person or us, asks to come later, never answers, or drops the
 * connection with the mail in its hands.
 */
export type MailPlay = 'accept' | 'reject' | 'refuse' | 'busy' | 'hang' | 'reset'

/** A mail as the vendor saw it. */
export interface SeenMail {
  to: string
  from: string
  subject: string
  text: string
  html: string
  /** The six digits of the text. */
  code: string | undefined
  reference: string | undefined
}

/** A vendor of mail on a free port of this machine. It takes every mail until told otherwise. Close it after use. */
export interface FakeMailVendor {
  /** The settings that lead there. */
  env: Record<string, string>
  /** Every mail that was handed over whole, in the order of arrival. */
  mails: SeenMail[]
  /** How often it was asked to do something with a mail. */
  calls(): number
  /** Sets what it does from now on. */
  play(play: MailPlay): void
  /** The code that came last for an address. */
  lastCode(to: string): string | undefined
  close(): Promise<void>
}

export const codeIn = (text: string): string | undefined => /\b\d{6}\b/.exec(text)?.[0]
