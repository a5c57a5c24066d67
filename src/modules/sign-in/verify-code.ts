import type { Logger } from '../../platform/observability/logger.ts'
import type { Phone, PhoneParser } from '../../platform/phone.ts'
import type { ChallengeStore, VerifyResult } from './challenge-store.ts'
import { type Codes, readCode } from './codes.ts'
import { signInProblems } from './sign-in-problems.ts'
import type { SignInTelemetry } from './sign-in-telemetry.ts'
import { inWords, secondsToWait, subjectOf } from './subject.ts'
import type { TestPhones } from './test-phones.ts'

export interface VerifyCodeDeps {
  challenges: Pick<ChallengeStore, 'verify'>
  codes: Codes
  /** Made with the key before the last rotation. */
  previousCodes?: Codes
  parsePhone: PhoneParser
  testPhones: TestPhones
  telemetry: SignInTelemetry
}

export interface VerifyCodeInput {
  phoneNumber: string
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
 * @throws otp.phone_invalid, otp.malformed_code (no try used), otp.wrong_code, otp.locked, otp.not_found, otp.too_many_requests
 */
export async function verifyCode(deps: VerifyCodeDeps, input: VerifyCodeInput): Promise<{ phone: Phone }> {
  const phone = deps.parsePhone(input.phoneNumber)
  if (!phone || deps.testPhones.codeFor(phone) === 'refused') throw signInProblems.phoneInvalid()
  const code = readCode(input.otp)
  if (code === undefined) throw signInProblems.malformedCode()

  let result = await compare(deps, deps.codes, phone, code, input)
  if (result.outcome === 'closed' && deps.previousCodes) {
    result = await compare(deps, deps.previousCodes, phone, code, input)
  }

  switch (result.outcome) {
    case 'right':
      deps.telemetry.codeVerified(input.log, phone, result.vendor)
      return { phone }
    case 'limited': {
      deps.telemetry.blocked(input.log, 'verify', result.limit)
      const retryAfter = secondsToWait(result.retryAfterMs)
      throw signInProblems.tooManyRequests({
        retryAfter,
        message: `Too many attempts. Try again in ${inWords(retryAfter)}`,
      })
    }
    case 'wrong':
      deps.telemetry.codeRefused(input.log, phone, result.outcome)
      throw signInProblems.wrongCode({ triesLeft: result.triesLeft })
    default:
      deps.telemetry.codeRefused(input.log, phone, result.outcome)
      throw result.outcome === 'locked' ? signInProblems.locked() : signInProblems.notFound()
  }
}

const compare = (
  { challenges }: VerifyCodeDeps,
  codes: Codes,
  phone: Phone,
  code: string,
  { source, challengeId, idempotencyKey }: VerifyCodeInput,
): Promise<VerifyResult> =>
  challenges.verify({
    ...subjectOf(codes, phone, source),
    digest: codes.digest(phone, code),
    ...(challengeId === undefined ? {} : { challengeId }),
    ...(idempotencyKey === undefined ? {} : { request: codes.pseudonym('request', idempotencyKey) }),
  })
