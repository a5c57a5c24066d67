import type { Logger } from '../../platform/observability/logger.ts'
import { type Address, textOf } from './address.ts'
import type { ChallengeStore, VerifyResult } from './challenge-store.ts'
import { type Codes, readCode } from './codes.ts'
import { signInProblems } from './sign-in-problems.ts'
import type { SignInTelemetry } from './sign-in-telemetry.ts'
import { inWords, secondsToWait, subjectOf } from './subject.ts'

export interface VerifyCodeDeps {
  challenges: Pick<ChallengeStore, 'verify'>
  codes: Codes
  /** Made with the key before the last rotation. */
  previousCodes?: Codes
  telemetry: SignInTelemetry
  /** Who keeps a record of failures. */
  noteFailure(failure: { identity: Address; reason: string; source: string }): void
}

export interface VerifyCodeInput {
  address: Address
  otp: string | number
  challengeId?: string
  source: string
  idempotencyKey?: string
  log: Logger
}

/**
 * Checks a code and uses it up. One code is right once, and guesses in parallel cannot share a try. A repeat with
 * the same `Idempotency-Key` within 30 s of the success gets the success again: its first answer may have been lost.
 *
 * @throws otp.malformed_code (no try used), otp.wrong_code, otp.locked, otp.not_found, otp.too_many_requests
 */
export async function verifyCode(deps: VerifyCodeDeps, input: VerifyCodeInput): Promise<void> {
  const { address, source } = input
  const code = readCode(input.otp)
  if (code === undefined) throw signInProblems.malformedCode()

  let result = await compare(deps, deps.codes, code, input)
  if (result.outcome === 'closed' && deps.previousCodes) {
    result = await compare(deps, deps.previousCodes, code, input)
  }
  if (result.outcome === 'right') {
    deps.telemetry.codeVerified(input.log, address, result.vendor)
    return
  }

  deps.noteFailure({ identity: address, reason: result.outcome, source })
  switch (result.outcome) {
    case 'limited': {
      deps.telemetry.blocked(input.log, 'verify', result.limit)
      const retryAfter = secondsToWait(result.retryAfterMs)
      throw signInProblems.tooManyRequests({
        retryAfter,
        message: `Too many attempts. Try again in ${inWords(retryAfter)}`,
      })
    }
    case 'wrong':
      deps.telemetry.codeRefused(input.log, address, result.outcome)
      throw signInProblems.wrongCode({ triesLeft: result.triesLeft })
    default:
      deps.telemetry.codeRefused(input.log, address, result.outcome)
      throw result.outcome === 'locked' ? signInProblems.locked() : signInProblems.notFound()
  }
}

const compare = (
  { challenges }: VerifyCodeDeps,
  codes: Codes,
  code: string,
  { address, source, challengeId, idempotencyKey }: VerifyCodeInput,
): Promise<VerifyResult> =>
  challenges.verify({
    ...subjectOf(codes, address, source),
    digest: codes.digest(textOf(address), code),
    ...(challengeId === undefined ? {} : { challengeId }),
    ...(idempotencyKey === undefined ? {} : { request: codes.pseudonym('request', idempotencyKey) }),
  })
