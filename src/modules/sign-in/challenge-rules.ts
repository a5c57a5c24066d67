import {
  type Asker,
  askerOf,
  type Challenge,
  type ChallengeBook,
  deliveryOf,
  isForward,
  isLive,
  lastVendorOf,
} from './challenge.ts'
import type {
  ChallengeView,
  IssueInput,
  IssueResult,
  Limit,
  RecordDeliveryInput,
  RecordDeliveryResult,
  SettleInput,
  StatusInput,
  StatusResult,
  VerifyInput,
  VerifyResult,
} from './challenge-store.ts'
import { openChallenge, reopenChallenge, welcome } from './open-challenge.ts'
import type { SignInPolicy } from './sign-in-policy.ts'
import { append, reachOf, timeToWait } from './sliding-log.ts'
import { spend, spentLately } from './spending.ts'

// The rules of every operation, on a book that nobody else touches meanwhile. `challenge-rules.lua` says the same
// to Redis; a property test holds the two against each other.

interface Step {
  book: ChallengeBook
  policy: SignInPolicy
  now: number
}

/** The first limit that is reached, with the time until none is. */
function firstLimit(waits: Record<string, number>): { limit: Limit; retryAfterMs: number } | undefined {
  const reached = Object.entries(waits).filter(([, ms]) => ms > 0)
  const [first] = reached
  return first && { limit: first[0] as Limit, retryAfterMs: Math.max(...reached.map(([, ms]) => ms)) }
}

/** A full window stops a prefix only while too few of the sends in it were verified. */
function prefixWait({ book, policy, now }: Step): number {
  const wait = timeToWait(book.prefixSends, [policy.sends.prefix], now)
  if (wait === 0) return 0
  const since = book.prefixSends.at(-policy.sends.prefix.limit) as number
  const verified = book.prefixVerified.filter((at) => at >= since).length
  return verified * policy.prefixShare >= policy.sends.prefix.limit ? 0 : wait
}

/** What costs nothing is sent even when the budget is spent. */
const isAffordable = ({ book, policy, now }: Step, paise: number): boolean =>
  paise === 0 ||
  spentLately(book.spending, policy.budget, now) + paise <=
    (book.known ? policy.budget.allPaise : policy.budget.newPaise)

function pay({ book, policy, now }: Step, paise: number): void {
  book.spending = spend(book.spending, paise, policy.budget, now)
}

const viewOf = (challenge: Challenge, source: string, now: number): ChallengeView => ({
  challengeId: askerOf(challenge, source)?.id ?? '',
  nonce: challenge.nonce,
  expiresInMs: challenge.expiresAt - now,
  retryAfterMs: Math.max(0, challenge.resendAt - now),
  vendor: lastVendorOf(challenge),
})

export function issue(step: Step, input: IssueInput): IssueResult {
  const { book, policy, now } = step
  const last = book.challenge
  const current = isLive(last, now) ? last : undefined
  const isLockedOut = (askerOf(current, input.source)?.tries ?? 0) >= policy.tries
  const isRenewable = current && !isLockedOut && current.openedAt + policy.longestLifeMs - now >= policy.shortestLifeMs
  const former = isRenewable ? welcome(current, input, policy) : undefined
  const isRepeat = input.request !== undefined && former?.requests.includes(input.request)

  if (former && (isRepeat || now < former.resendAt)) {
    if (former !== current) book.challenge = former
    return { outcome: 'wait', ...viewOf(former, input.source, now) }
  }

  const limited = firstLimit({
    phone: Math.max(
      timeToWait(book.phoneSends, policy.sends.phone, now),
      isLockedOut ? (current?.resendAt ?? 0) - now : 0,
    ),
    source: timeToWait(book.sourceSends, policy.sends.source, now),
    prefix: prefixWait(step),
  })
  if (limited) return { outcome: 'limited', ...limited }

  // Whoever asks again says that the last message did not arrive: another vendor goes first.
  const lastVendor = former && lastVendorOf(former)
  const offer = input.vendors.find(({ id }) => id !== lastVendor) ?? (input.vendors[0] as IssueInput['vendors'][0])
  if (!isAffordable(step, offer.pricePaise)) return { outcome: 'overBudget' }

  book.phoneSends = append(book.phoneSends, now, reachOf(policy.sends.phone))
  book.sourceSends = append(book.sourceSends, now, reachOf(policy.sends.source))
  book.prefixSends = append(book.prefixSends, now, policy.sends.prefix.limit)
  pay(step, offer.pricePaise)

  const before = former ?? (current ? reopenChallenge(current, input, policy, now) : openChallenge(input, now))
  const gap = policy.resendGapsMs[Math.min(before.sends, policy.resendGapsMs.length - 1)] as number
  const challenge: Challenge = {
    ...before,
    expiresAt: Math.min(now + policy.lifeMs, before.openedAt + policy.longestLifeMs),
    resendAt: now + gap,
    sends: before.sends + 1,
    requests: input.request === undefined ? before.requests : [...before.requests, input.request],
    message: {
      reference: input.reference,
      sentAt: now,
      locale: input.locale,
      client: input.client,
      parts: [{ vendor: offer.id, state: 'queued' }],
    },
  }
  book.challenge = challenge
  return { outcome: 'send', opened: !former, ...viewOf(challenge, input.source, now) }
}

export function settle(step: Step, input: SettleInput): void {
  const { book, now } = step
  if (input.extraPaise !== 0) pay(step, input.extraPaise)
  if (input.uncount) {
    book.phoneSends = book.phoneSends.slice(0, -1)
    book.prefixSends = book.prefixSends.slice(0, -1)
  }
  const { challenge } = book
  if (challenge?.message.reference !== input.reference) return
  if (input.undelivered && challenge.sends === 1) {
    book.challenge = undefined
    return
  }
  book.challenge = {
    ...challenge,
    resendAt: input.undelivered ? now : challenge.resendAt,
    message: { ...challenge.message, parts: input.parts },
  }
}

export function recordDelivery(step: Step, input: RecordDeliveryInput): RecordDeliveryResult {
  const { book, now } = step
  const { challenge } = book
  if (challenge?.message.reference !== input.reference) return { outcome: 'unknown' }
  const { message } = challenge
  const part = message.parts.find(({ vendor }) => vendor === input.vendor)
  if (!part) return { outcome: 'unknown' }
  if (!isForward(part.state, input.state)) return { outcome: 'stale' }

  const parts = message.parts.map((each) => (each === part ? { ...each, state: input.state } : each))
  book.challenge = { ...challenge, message: { ...message, parts } }
  const sentAgoMs = now - message.sentAt

  const mayResend = input.state === 'failed' && parts.length === 1 && isLive(challenge, now)
  const offer = mayResend ? input.others.find(({ id }) => id !== input.vendor) : undefined
  if (!offer || !isAffordable(step, offer.pricePaise)) return { outcome: 'advanced', sentAgoMs }

  pay(step, offer.pricePaise)
  book.challenge = { ...challenge, message: { ...message, parts: [...parts, { vendor: offer.id, state: 'queued' }] } }
  const { locale, client } = message
  return {
    outcome: 'resend',
    sentAgoMs,
    vendor: offer.id,
    nonce: challenge.nonce,
    expiresInMs: challenge.expiresAt - now,
    locale,
    client,
  }
}

/** Who a request comes from: a handle decides, without one the address that asked. */
function callerOf(
  challenge: Challenge | undefined,
  { source, challengeId }: StatusInput,
): Asker | 'stranger' | 'foreign' {
  if (challengeId === undefined) return askerOf(challenge, source) ?? 'stranger'
  return challenge?.askers.find(({ id }) => id === challengeId) ?? 'foreign'
}

export function verify(step: Step, input: VerifyInput): VerifyResult {
  const { book, policy, now } = step
  const { challenge } = book
  const limited = firstLimit({
    source: timeToWait(book.sourceWrong, policy.wrong.source, now),
    phone: Math.max(
      timeToWait(book.phoneWrong, policy.wrong.phone, now),
      timeToWait(book.pairWrong, policy.wrong.pair, now),
    ),
  })
  if (limited) return { outcome: 'limited', ...limited }

  const caller = callerOf(challenge, input)
  const refuse = <T extends VerifyResult>(result: T): T => {
    book.sourceWrong = append(book.sourceWrong, now, reachOf(policy.wrong.source))
    return result
  }

  if (!isLive(challenge, now) || caller === 'foreign') {
    if (challenge && caller !== 'foreign' && isReplay(challenge, input, step)) return right(challenge, caller)
    return refuse({ outcome: 'closed' })
  }
  if (caller === 'stranger') {
    // Void after too many wrong codes of anybody, but for those who asked and have tries left.
    const areSpent = [challenge.strangerTries, ...challenge.askers.map(({ tries }) => tries)].some(
      (tries) => tries >= policy.tries,
    )
    if (areSpent || timeToWait(book.strangerWrong, policy.wrong.stranger, now) > 0) return refuse({ outcome: 'closed' })
  } else if (caller.tries >= policy.tries) return refuse({ outcome: 'locked' })

  if (challenge.digest === input.digest) {
    book.challenge = { ...challenge, usedAt: now, usedBy: input.request }
    book.prefixVerified = append(book.prefixVerified, now, policy.sends.prefix.limit)
    book.known = true
    return right(challenge, caller)
  }

  book.phoneWrong = append(book.phoneWrong, now, reachOf(policy.wrong.phone))
  book.pairWrong = append(book.pairWrong, now, reachOf(policy.wrong.pair))
  if (caller === 'stranger') {
    book.strangerWrong = append(book.strangerWrong, now, reachOf(policy.wrong.stranger))
    book.challenge = { ...challenge, strangerTries: challenge.strangerTries + 1 }
    return refuse({ outcome: 'closed' })
  }
  const tries = caller.tries + 1
  book.challenge = {
    ...challenge,
    askers: challenge.askers.map((asker) => (asker === caller ? { ...asker, tries } : asker)),
  }
  const triesLeft = policy.tries - tries
  return refuse(triesLeft > 0 ? { outcome: 'wrong', triesLeft } : { outcome: 'locked' })
}

const right = (challenge: Challenge, caller: Asker | 'stranger'): VerifyResult => ({
  outcome: 'right',
  challengeId: caller === 'stranger' ? (challenge.askers[0]?.id ?? '') : caller.id,
  vendor: lastVendorOf(challenge),
})

/** The very request that used the challenge, come again because its answer was lost. */
const isReplay = (challenge: Challenge, input: VerifyInput, { policy, now }: Step): boolean =>
  input.request !== undefined &&
  input.request === challenge.usedBy &&
  input.digest === challenge.digest &&
  now < (challenge.usedAt ?? 0) + policy.replayMs

export function status({ book, policy, now }: Step, input: StatusInput): StatusResult {
  const retryAfterMs = timeToWait(book.sourceLooks, policy.looks.source, now)
  if (retryAfterMs > 0) return { outcome: 'limited', retryAfterMs }
  book.sourceLooks = append(book.sourceLooks, now, reachOf(policy.looks.source))

  const { challenge } = book
  if (!isLive(challenge, now) || typeof callerOf(challenge, input) === 'string') return { outcome: 'none' }
  const delivery = input.challengeId === undefined ? {} : { delivery: deliveryOf(challenge.message) }
  return { outcome: 'live', expiresInMs: challenge.expiresAt - now, ...delivery }
}
