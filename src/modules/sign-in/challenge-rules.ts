import { type Challenge, type ChallengeBook, deliveryOf, isForward, isLive, type Spending } from './challenge.ts'
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
import type { SignInPolicy } from './sign-in-policy.ts'
import { append, reachOf, timeToWait } from './sliding-log.ts'

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

function currentSpending({ book, policy, now }: Step): Spending {
  const oldest = Math.floor((now - policy.budget.windowMs) / policy.budget.cellMs)
  const cells = book.spending.cells.filter(([cell]) => cell >= oldest)
  return { cells, total: cells.reduce((sum, [, paise]) => sum + paise, 0) }
}

function spend(step: Step, paise: number): void {
  const { cells, total } = currentSpending(step)
  const current = Math.floor(step.now / step.policy.budget.cellMs)
  const last = cells.at(-1)
  const rest = last?.[0] === current ? cells.slice(0, -1) : cells
  step.book.spending = {
    total: total + paise,
    cells: [...rest, [current, (last?.[0] === current ? last[1] : 0) + paise]],
  }
}

const isAffordable = (step: Step, paise: number): boolean =>
  currentSpending(step).total + paise <= (step.book.known ? step.policy.budget.allPaise : step.policy.budget.newPaise)

const viewOf = (challenge: Challenge, source: string, now: number): ChallengeView => ({
  challengeId: challenge.source === source ? challenge.id : (challenge.guestId ?? ''),
  nonce: challenge.nonce,
  expiresInMs: challenge.expiresAt - now,
  retryAfterMs: Math.max(0, challenge.resendAt - now),
  vendor: challenge.message.parts.at(-1)?.vendor ?? '',
})

const noRequests: readonly string[] = []

/** A challenge that nothing was sent for yet. All fields stand in one literal: 100,000 of these are kept, so room counts. */
const open = ({ fresh, source, ...input }: IssueInput, now: number): Challenge => ({
  id: fresh.id,
  guestId: undefined,
  nonce: fresh.nonce,
  digest: fresh.digest,
  source,
  guestSource: undefined,
  openedAt: now,
  expiresAt: now,
  resendAt: now,
  sends: 0,
  ownTries: 0,
  guestTries: 0,
  state: 'live',
  usedAt: undefined,
  usedBy: undefined,
  requests: noRequests,
  message: { reference: input.reference, sentAt: now, locale: input.locale, client: input.client, parts: [] },
})

/** Gives a source that did not open the challenge a handle of its own kind. */
const welcome = (challenge: Challenge, { source, fresh }: IssueInput): Challenge =>
  challenge.source === source
    ? challenge
    : { ...challenge, guestSource: source, guestId: challenge.guestId ?? fresh.guestId }

export function issue(step: Step, input: IssueInput): IssueResult {
  const { book, policy, now } = step
  const current = book.challenge
  const renewable = isLive(current, now) && current.openedAt + policy.longestLifeMs - now >= policy.shortestLifeMs
  const former = renewable ? welcome(current, input) : undefined
  const isRepeat = input.request !== undefined && former?.requests.includes(input.request)

  if (former && (isRepeat || now < former.resendAt)) {
    if (former !== current) book.challenge = former
    return { outcome: 'wait', ...viewOf(former, input.source, now) }
  }

  const limited = firstLimit({
    phone: timeToWait(book.phoneSends, policy.sends.phone, now),
    source: timeToWait(book.sourceSends, policy.sends.source, now),
    prefix: prefixWait(step),
  })
  if (limited) return { outcome: 'limited', ...limited }

  // Whoever asks again says that the last message did not arrive: another vendor goes first.
  const lastVendor = former?.message.parts.at(-1)?.vendor
  const offer = input.vendors.find(({ id }) => id !== lastVendor) ?? (input.vendors[0] as IssueInput['vendors'][0])
  if (!isAffordable(step, offer.pricePaise)) return { outcome: 'overBudget' }

  book.phoneSends = append(book.phoneSends, now, reachOf(policy.sends.phone))
  book.sourceSends = append(book.sourceSends, now, reachOf(policy.sends.source))
  book.prefixSends = append(book.prefixSends, now, policy.sends.prefix.limit)
  spend(step, offer.pricePaise)

  const before = former ?? open(input, now)
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
  if (input.extraPaise !== 0) spend(step, input.extraPaise)
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

  spend(step, offer.pricePaise)
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

/** How a request stands to a challenge: a handle decides, without one the address that asked. */
function standingOf(
  challenge: Challenge | undefined,
  { source, challengeId }: StatusInput,
): 'own' | 'guest' | 'stranger' | 'foreign' {
  if (challengeId !== undefined) {
    if (challengeId === challenge?.id) return 'own'
    return challenge?.guestId !== undefined && challengeId === challenge.guestId ? 'guest' : 'foreign'
  }
  if (source === challenge?.source) return 'own'
  return source === challenge?.guestSource ? 'guest' : 'stranger'
}

export function verify(step: Step, input: VerifyInput): VerifyResult {
  const { book, policy, now } = step
  const { challenge } = book
  const limited = firstLimit({
    source: timeToWait(book.sourceWrong, policy.wrong.source, now),
    phone: timeToWait(book.phoneWrong, policy.wrong.phone, now),
  })
  if (limited) return { outcome: 'limited', ...limited }

  const countForSource = () => {
    book.sourceWrong = append(book.sourceWrong, now, reachOf(policy.wrong.source))
  }
  const standing = standingOf(challenge, input)
  const isOwn = standing === 'own'

  if (!isLive(challenge, now) || standing === 'foreign') {
    if (challenge && challenge.state === 'used' && standing !== 'foreign' && isReplay(challenge, input, step)) {
      return { outcome: 'right', challengeId: challenge.id, vendor: challenge.message.parts.at(-1)?.vendor ?? '' }
    }
    countForSource()
    return { outcome: isOwn && challenge?.state === 'locked' && now < challenge.expiresAt ? 'locked' : 'closed' }
  }

  const guestsSpent = challenge.guestTries >= policy.tries || timeToWait(book.guestWrong, policy.wrong.guest, now) > 0
  if (!isOwn && guestsSpent) {
    countForSource()
    return { outcome: 'closed' }
  }

  if (challenge.digest === input.digest) {
    book.challenge = { ...challenge, state: 'used', usedAt: now, usedBy: input.request }
    book.prefixVerified = append(book.prefixVerified, now, policy.sends.prefix.limit)
    book.known = true
    return { outcome: 'right', challengeId: challenge.id, vendor: challenge.message.parts.at(-1)?.vendor ?? '' }
  }

  countForSource()
  book.phoneWrong = append(book.phoneWrong, now, reachOf(policy.wrong.phone))
  if (!isOwn) {
    book.guestWrong = append(book.guestWrong, now, reachOf(policy.wrong.guest))
    book.challenge = { ...challenge, guestTries: challenge.guestTries + 1 }
    return { outcome: 'closed' }
  }
  const triesLeft = policy.tries - challenge.ownTries - 1
  book.challenge = { ...challenge, ownTries: challenge.ownTries + 1, state: triesLeft > 0 ? 'live' : 'locked' }
  return triesLeft > 0 ? { outcome: 'wrong', triesLeft } : { outcome: 'locked' }
}

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
  const standing = standingOf(challenge, input)
  if (!isLive(challenge, now) || standing === 'stranger' || standing === 'foreign') return { outcome: 'none' }
  const delivery = input.challengeId === undefined ? {} : { delivery: deliveryOf(challenge.message) }
  return { outcome: 'live', expiresInMs: challenge.expiresAt - now, ...delivery }
}
