import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { httpProblems } from '../../platform/http/http-problems.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { PhoneParser } from '../../platform/phone.ts'
import { accountProblems } from './account-problems.ts'
import { isTaken, releaseIdleNumber, updateIdentity } from './account-queries.ts'
import type { AccountsTelemetry } from './accounts-telemetry.ts'
import type { AuditEvent } from './audit.ts'
import { insertAuditEvents } from './audit-queries.ts'
import { identityToProve, type Proof, type SubmittedCode } from './prove-ownership.ts'
import { readOwn } from './read-own.ts'
import { idleSince, type UserView } from './user.ts'

export interface ChangePhoneDeps {
  database: Pick<Database, 'db' | 'lookUp'>
  proof: () => Proof
  parsePhone: PhoneParser
  clock: Clock
  telemetry: AccountsTelemetry
}

export interface ChangePhoneInput extends SubmittedCode {
  userId: string
  phoneNumber: string
  /** For the number so far; for the e-mail address of an account without a number. */
  current: SubmittedCode
  source: string
  log: Logger
}

/**
 * Gives an account another number, once codes have shown that both are the user's. Sessions go on. A number that
 * belongs to another account stays there, unless that account slept for 180 days.
 *
 * @throws account.phone_invalid, account.same_phone, account.phone_taken, otp.*
 */
export async function changePhone(deps: ChangePhoneDeps, input: ChangePhoneInput): Promise<UserView> {
  const { userId, otp, challengeId, source, log } = input
  const phone = deps.parsePhone(input.phoneNumber)
  if (!phone) throw accountProblems.phoneInvalid()
  const user = await readOwn(deps, { userId })
  if (user.phone === phone) throw accountProblems.samePhone()

  const { prove } = deps.proof()
  await prove({ ...identityToProve(user), ...input.current, source, log })
  await prove({ phone, otp, ...(challengeId !== undefined && { challengeId }), source, log })

  const now = deps.clock.now()
  try {
    await inTransaction(deps.database.db, async (tx) => {
      const events: AuditEvent[] = [{ kind: 'user.phone_changed', userId }]
      const released = await releaseIdleNumber(tx, phone, { idleSince: idleSince(now), clientKeyHash: null })
      if (released !== undefined) events.push({ kind: 'user.number_released', userId: released })
      if (!(await updateIdentity(tx, userId, { phone, phone_active_at: new Date(now) })))
        throw httpProblems.unauthorized()
      await insertAuditEvents(tx, new Date(now), events)
    })
  } catch (error) {
    if (isTaken(error)) throw accountProblems.phoneTaken()
    throw error
  }
  deps.telemetry.accountChanged(log, 'phone_changed', userId)
  return readOwn(deps, { userId })
}
