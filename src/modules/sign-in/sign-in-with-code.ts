import type { Logger } from '../../platform/observability/logger.ts'
import type { Accounts } from '../accounts/index.ts'
import { type ReadAddressDeps, readAddress, type SubmittedAddress } from './read-address.ts'
import { type VerifyCodeDeps, verifyCode } from './verify-code.ts'

export interface SignInWithCodeDeps extends VerifyCodeDeps, ReadAddressDeps {
  accounts: Pick<Accounts, 'openSession' | 'canOpenSessions'>
}

type OpenSession = Parameters<Accounts['openSession']>[0]

export interface SignInWithCodeInput extends SubmittedAddress {
  otp: string | number
  challengeId?: string
  device: OpenSession['device']
  source: string
  userAgent?: string
  idempotencyKey?: string
  log: Logger
}

/**
 * Trades a code for a session, making the account on first sight of the phone or e-mail address. One code opens one
 * session; a repeat with the same `Idempotency-Key` opens another, for whom the answer of the first was lost.
 *
 * @throws otp.phone_required, otp.phone_invalid, otp.email_invalid, what `verifyCode` throws; account.blocked; Unavailable
 */
export async function signInWithCode(deps: SignInWithCodeDeps, input: SignInWithCodeInput) {
  const { device, source, userAgent, log } = input
  const address = readAddress(deps, input)
  await deps.accounts.canOpenSessions()
  await verifyCode(deps, { ...input, address })
  return deps.accounts.openSession({
    identity: address,
    device,
    source,
    ...(userAgent !== undefined && { userAgent }),
    log,
  })
}
