import type { EmailAddress } from '../../platform/email-address.ts'
import type { ProblemFactory } from '../../platform/http/problem.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Phone } from '../../platform/phone.ts'
import { accountProblems } from './account-problems.ts'

/** A code that somebody submits for a phone or an e-mail address. */
export interface SubmittedCode {
  otp: string | number
  challengeId?: string
}

/** What sign-in lends: accounts know no codes. */
export interface Proof {
  /** Resolves when the code was right, and uses it up. @throws one of `problems`; Unavailable */
  prove(
    input: SubmittedCode & ({ phone: Phone } | { email: EmailAddress }) & { source: string; log: Logger },
  ): Promise<void>
  /** What it throws, for the routes that ask for a code. */
  problems: readonly ProblemFactory[]
}

/**
 * Which of an account's identities a code is asked of: its phone, or its e-mail where it has none.
 * @throws account.no_identity when its number went to somebody else and it has no e-mail
 */
export const identityToProve = (user: {
  phone: string | null
  email: string | null
}): { phone: Phone } | { email: EmailAddress } => {
  if (user.phone !== null) return { phone: user.phone as Phone }
  if (user.email !== null) return { email: user.email as EmailAddress }
  throw accountProblems.noIdentity()
}
