import { askerOf, type Challenge } from './challenge.ts'
import type { IssueInput } from './challenge-store.ts'
import type { SignInPolicy } from './sign-in-policy.ts'

const noRequests: readonly string[] = []

/** A challenge that nothing was sent for yet. Its end and its message come with the first send. */
export const openChallenge = ({ fresh, source, ...input }: IssueInput, now: number): Challenge => ({
  nonce: fresh.nonce,
  digest: fresh.digest,
  askers: [{ id: fresh.id, source, tries: 0 }],
  strangerTries: 0,
  openedAt: now,
  expiresAt: now,
  resendAt: now,
  sends: 0,
  usedAt: undefined,
  usedBy: undefined,
  requests: noRequests,
  message: { reference: input.reference, sentAt: now, locale: input.locale, client: input.client, parts: [] },
})

/** Gives a source that is new to the challenge a handle and tries; when there are too many, whoever guessed most makes room. */
export function welcome(challenge: Challenge, { source, fresh }: IssueInput, { mostAskers }: SignInPolicy): Challenge {
  if (askerOf(challenge, source)) return challenge
  const asker = { id: fresh.id, source, tries: 0 }
  if (challenge.askers.length < mostAskers) return { ...challenge, askers: [...challenge.askers, asker] }
  const most = Math.max(...challenge.askers.map(({ tries }) => tries))
  const worst = challenge.askers.findIndex(({ tries }) => tries === most)
  return { ...challenge, askers: challenge.askers.with(worst, asker) }
}

/** Another code for those who asked for the last one, with new tries for all of them. */
export function reopenChallenge(
  former: Challenge,
  input: IssueInput,
  { mostAskers }: SignInPolicy,
  now: number,
): Challenge {
  const opened = openChallenge(input, now)
  const others = former.askers.filter(({ source }) => source !== input.source)
  const askers = [...opened.askers, ...others.map((asker) => ({ ...asker, tries: 0 }))]
  return { ...opened, askers: askers.slice(0, mostAskers) }
}
