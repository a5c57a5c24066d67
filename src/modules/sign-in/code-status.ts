import { parseEmailAddress } from '../../platform/email-address.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { PhoneParser } from '../../platform/phone.ts'
import type { DeliveryState } from '../messaging/index.ts'
import type { ChallengeStore } from './challenge-store.ts'
import type { Codes } from './codes.ts'
import { signInProblems } from './sign-in-problems.ts'
import type { SignInTelemetry } from './sign-in-telemetry.ts'
import { inWords, secondsToWait } from './subject.ts'

export interface CodeStatusDeps {
  challenges: Pick<ChallengeStore, 'status'>
  codes: Codes
  parsePhone: PhoneParser
  telemetry: SignInTelemetry
}

export interface CodeStatusInput {
  /** A phone number or an e-mail address. */
  address: string
  source: string
  challengeId?: string
  log: Logger
}

export interface CodeStatus {
  exists: boolean
  expires_in: number
  delivery?: DeliveryState
}

const nothing: CodeStatus = { exists: false, expires_in: 0 }

/**
 * Whether a code lives, told to the address that asked for it or the holder of its handle; everybody else, and
 * an address that is none, gets one constant answer. Looking changes nothing but the caller's own counter.
 *
 * @throws otp.too_many_requests
 */
export async function codeStatus(
  { challenges, codes, parsePhone, telemetry }: CodeStatusDeps,
  input: CodeStatusInput,
): Promise<CodeStatus> {
  const email = parseEmailAddress(input.address)
  const result = await challenges.status({
    phone: email ? codes.pseudonym('email', email) : codes.pseudonym('phone', parsePhone(input.address) ?? ''),
    source: codes.pseudonym('source', input.source),
    ...(input.challengeId === undefined ? {} : { challengeId: input.challengeId }),
  })
  switch (result.outcome) {
    case 'limited': {
      telemetry.blocked(input.log, 'status', 'source')
      const retryAfter = secondsToWait(result.retryAfterMs)
      throw signInProblems.tooManyRequests({
        retryAfter,
        message: `Too many attempts. Try again in ${inWords(retryAfter)}`,
      })
    }
    case 'none':
      return nothing
    case 'live': {
      const { expiresInMs, delivery } = result
      return {
        exists: true,
        expires_in: Math.floor(expiresInMs / 1000),
        ...(delivery === undefined ? {} : { delivery }),
      }
    }
  }
}
