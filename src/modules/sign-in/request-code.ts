import { newId } from '../../platform/ids.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Accounts } from '../accounts/index.ts'
import type { ClientKind, Locale, Messaging, SmsResult, VendorOffer } from '../messaging/index.ts'
import { type Address, textOf } from './address.ts'
import type { ChallengeStore, IssueResult, Subject } from './challenge-store.ts'
import { type Codes, newNonce } from './codes.ts'
import { type ReadAddressDeps, readAddress, type SubmittedAddress } from './read-address.ts'
import { type CodeMessaging, offersFor, sendCode } from './send-code.ts'
import { settlementOf } from './settlement.ts'
import { emailProblems, signInProblems, smsProblems } from './sign-in-problems.ts'
import type { SignInTelemetry } from './sign-in-telemetry.ts'
import { inWords, secondsToWait, subjectOf } from './subject.ts'

export interface RequestCodeDeps extends ReadAddressDeps {
  challenges: ChallengeStore
  codes: Codes
  messaging: CodeMessaging & Pick<Messaging, 'labelOf'>
  accounts: Pick<Accounts, 'canOpenSessions'>
  telemetry: SignInTelemetry
  lifeSeconds: number
}

export interface RequestCodeInput extends SubmittedAddress {
  source: string
  locale: Locale
  client: ClientKind
  idempotencyKey?: string
  log: Logger
}

export interface CodeSent {
  success: true
  message: string
  provider: string
  challengeId: string
  expiresIn: number
  retryAfter: number
  sid?: string
  development_mode?: true
  otp?: string
}

type Issued = Extract<IssueResult, { outcome: 'send' | 'wait' }>

/** Stands in for a vendor where a test number's code goes nowhere. */
const nobody: VendorOffer = { id: 'test', pricePaise: 0 }

/**
 * Sends a code to a phone or an e-mail address. The challenge and all counters are written in one step before any vendor is asked, so
 * requests in parallel send what the limits leave and no more. While a challenge lives the same code is sent again,
 * through another vendor; inside the pause between sends nothing is sent and the answer is the same calm success.
 *
 * @throws otp.phone_required, otp.phone_invalid, otp.email_invalid, otp.too_many_requests, otp.busy, sms.rejected,
 * sms.unavailable, email.rejected, email.unavailable; Unavailable: then no code was sent
 */
export async function requestCode(deps: RequestCodeDeps, input: RequestCodeInput): Promise<CodeSent> {
  const { challenges, codes, messaging, telemetry } = deps
  const address = readAddress(deps, input)
  await deps.accounts.canOpenSessions() // a code that lets nobody in is not worth its price
  const to = textOf(address)
  const fixedCode = address.kind === 'phone' ? deps.testPhones.codeFor(address.phone) : undefined
  const offers = fixedCode === undefined ? offersFor(messaging, address) : [nobody]
  if (offers.length === 0) {
    telemetry.codeNotSent(input.log, address, 'unavailable')
    throw problemsOf(address).unavailable({ retryAfter: 30 })
  }

  const subject = subjectOf(codes, address, input.source)
  const nonce = newNonce()
  const freshCode = fixedCode ?? codes.codeFor(nonce, to)
  const reference = newId('msg')
  const issued = await challenges.issue({
    ...subject,
    fresh: {
      id: newId('chl'),
      nonce,
      digest: codes.digest(to, freshCode),
    },
    reference,
    locale: input.locale,
    client: input.client,
    vendors: offers,
    ...(input.idempotencyKey === undefined ? {} : { request: codes.pseudonym('request', input.idempotencyKey) }),
  })
  if (issued.outcome !== 'send' && issued.outcome !== 'wait') throw refusal(deps, input, address, issued)

  const code = fixedCode ?? (issued.nonce === nonce ? freshCode : codes.codeFor(issued.nonce, to))
  if (issued.outcome === 'wait') {
    telemetry.codeOnItsWay()
    return answer(deps, address, issued, code, { vendor: issued.vendor })
  }
  if (fixedCode !== undefined) {
    telemetry.codeSent(input.log, address, { opened: issued.opened, vendor: nobody.id, reference })
    return answer(deps, address, issued, code, { vendor: nobody.id })
  }

  const result = await sendCode(messaging, address, {
    code,
    locale: input.locale,
    client: input.client,
    validForSeconds: Math.floor(issued.expiresInMs / 1000),
    reference,
    vendors: [issued.vendor, ...offers.map(({ id }) => id).filter((id) => id !== issued.vendor)],
    log: input.log,
  })
  await settleSend(deps, subject, reference, offers, issued.vendor, result)
  if (result.outcome === 'accepted') {
    telemetry.codeSent(input.log, address, { ...result, opened: issued.opened, reference })
    return answer(deps, address, issued, code, result)
  }
  telemetry.codeNotSent(input.log, address, result.outcome)
  const { rejected, unavailable } = problemsOf(address)
  throw result.outcome === 'rejected' ? rejected() : unavailable({ retryAfter: 30 })
}

const problemsOf = ({ kind }: Address) => (kind === 'phone' ? smsProblems : emailProblems)

async function settleSend(
  { challenges, telemetry }: RequestCodeDeps,
  subject: Subject,
  reference: string,
  offers: readonly VendorOffer[],
  planned: string,
  result: SmsResult,
): Promise<void> {
  const { parts, paid, extraPaise, asPlanned } = settlementOf(offers, planned, result)
  for (const { id, pricePaise } of paid) telemetry.messagePaid(id, pricePaise)
  if (asPlanned) return
  await challenges.settle({
    phone: subject.phone,
    prefix: subject.prefix,
    reference,
    parts,
    extraPaise,
    undelivered: result.outcome !== 'accepted',
    uncount: result.outcome === 'unavailable' && parts.length === 0,
  })
}

function refusal(
  { telemetry }: RequestCodeDeps,
  { log }: RequestCodeInput,
  address: Address,
  issued: Exclude<IssueResult, Issued>,
): Error {
  switch (issued.outcome) {
    case 'limited': {
      telemetry.blocked(log, 'send', issued.limit)
      const retryAfter = secondsToWait(issued.retryAfterMs)
      return signInProblems.tooManyRequests({
        retryAfter,
        message: `Too many attempts. Try again in ${inWords(retryAfter)}`,
      })
    }
    case 'overBudget':
      telemetry.overBudget(log)
      return problemsOf(address).unavailable({ retryAfter: 300 })
    case 'full':
      telemetry.codeNotSent(log, address, 'busy')
      return signInProblems.busy({ retryAfter: 30 })
  }
}

function answer(
  { messaging }: RequestCodeDeps,
  { kind }: Address,
  issued: Issued,
  code: string,
  { vendor = '', vendorReference }: { vendor?: string; vendorReference?: string },
): CodeSent {
  const isConsole = vendor === 'console'
  const retryAfter = secondsToWait(issued.retryAfterMs)
  return {
    success: true,
    message: isConsole
      ? `Development Mode: OTP is ${code}`
      : issued.outcome === 'wait'
        ? `A code is on its way. You can ask for another in ${inWords(retryAfter)}`
        : vendor === nobody.id
          ? 'This is a test number: enter its own code'
          : `${kind === 'phone' ? 'SMS' : 'E-mail'} sent successfully via ${messaging.labelOf(vendor)}`,
    provider: isConsole || vendor === nobody.id ? 'development' : vendor,
    challengeId: issued.challengeId,
    expiresIn: Math.floor(issued.expiresInMs / 1000),
    retryAfter,
    ...(vendorReference !== undefined && vendor === 'twilio' ? { sid: vendorReference } : {}),
    ...(isConsole ? { development_mode: true, otp: code } : {}),
  }
}
