import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { parseEmailAddress } from '../../platform/email-address.ts'
import type { Events } from '../../platform/events/events.ts'
import { httpProblems } from '../../platform/http/http-problems.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import { maskEmail } from '../../platform/observability/mask.ts'
import type { Seal } from '../../platform/seal.ts'
import { emailReplaced } from './account-events.ts'
import { accountProblems } from './account-problems.ts'
import { isTaken, lockUser, updateIdentity } from './account-queries.ts'
import type { AccountsTelemetry } from './accounts-telemetry.ts'
import { insertAuditEvents } from './audit-queries.ts'
import { identityToProve, type Proof, type SubmittedCode } from './prove-ownership.ts'
import { readOwn } from './read-own.ts'
import { sealLetter } from './seal-letter.ts'
import type { UserView } from './user.ts'

export interface LinkEmailDeps {
  database: Pick<Database, 'db' | 'lookUp'>
  proof: () => Proof
  events: Pick<Events, 'emit'>
  seal: Pick<Seal, 'seal'>
  clock: Clock
  telemetry: AccountsTelemetry
}

export interface LinkEmailInput extends SubmittedCode {
  userId: string
  email: string
  /** For the phone, or the e-mail address of an account without one: where an address is replaced. */
  current?: SubmittedCode | undefined
  source: string
  log: Logger
}

/**
 * Makes an e-mail address a second way into an account, in the place of an earlier one, once a code has shown that it
 * is the user's; the earlier one is told. To replace one takes a second code, for a way in that was there before: a
 * stolen access token must not be enough to take the account over. Of several accounts that want one address, one gets it.
 *
 * @throws account.email_invalid, account.email_taken, account.current_code_required, otp.*
 */
export async function linkEmail(deps: LinkEmailDeps, input: LinkEmailInput): Promise<UserView> {
  const { userId, source, log } = input
  const email = parseEmailAddress(input.email)
  if (!email) throw accountProblems.emailInvalid()
  const { otp, challengeId } = input
  const { prove } = deps.proof()
  const user = await readOwn(deps, { userId })
  if (user.email !== null && user.email !== email) {
    if (!input.current) throw accountProblems.currentCodeRequired()
    await prove({ ...identityToProve(user), ...input.current, source, log })
  }
  await prove({ email, otp, ...(challengeId !== undefined && { challengeId }), source, log })
  const now = deps.clock.now()
  try {
    await inTransaction(deps.database.db, async (tx) => {
      const former = await lockUser(tx, userId)
      if (!former || !(await updateIdentity(tx, userId, { email }))) throw httpProblems.unauthorized()
      await insertAuditEvents(tx, new Date(now), [{ kind: 'user.email_linked', userId }])
      const letter = former.email === email ? undefined : sealLetter(deps.seal, former, now)
      if (letter !== undefined)
        await deps.events.emit(tx, emailReplaced, { userId, letter, maskedEmail: maskEmail(email) })
    })
  } catch (error) {
    if (isTaken(error)) throw accountProblems.emailTaken()
    throw error
  }
  deps.telemetry.accountChanged(log, 'email_linked', userId)
  return readOwn(deps, { userId })
}
