import type { Asker, Challenge, MessagePart, SentMessage } from './challenge.ts'

/**
 * A challenge as one text of some 290 bytes. As objects it takes 700, and every
 * collection of garbage has to follow them; a store holds 100,000.
 */
export type ShelvedChallenge = string

type Row = [
  expiresAt: number,
  nonce: string,
  digest: string,
  strangerTries: number,
  openedAt: number,
  resendAt: number,
  sends: number,
  usedAt: number | null,
  usedBy: string | null,
  requests: readonly string[],
  askers: [id: string, source: string, tries: number][],
  reference: string,
  sentAt: number,
  locale: SentMessage['locale'],
  client: SentMessage['client'],
  parts: [vendor: string, state: MessagePart['state']][],
]

export function shelve({ message, askers, ...challenge }: Challenge): ShelvedChallenge {
  const row: Row = [
    challenge.expiresAt,
    challenge.nonce,
    challenge.digest,
    challenge.strangerTries,
    challenge.openedAt,
    challenge.resendAt,
    challenge.sends,
    challenge.usedAt ?? null,
    challenge.usedBy ?? null,
    challenge.requests,
    askers.map(({ id, source, tries }) => [id, source, tries]),
    message.reference,
    message.sentAt,
    message.locale,
    message.client,
    message.parts.map(({ vendor, state }) => [vendor, state]),
  ]
  return JSON.stringify(row)
}

export function unshelve(shelved: ShelvedChallenge): Challenge {
  const [expiresAt, nonce, digest, strangerTries, openedAt, resendAt, sends, usedAt, usedBy, requests, ...rest] =
    JSON.parse(shelved) as Row
  const [askers, reference, sentAt, locale, client, parts] = rest
  return {
    nonce,
    digest,
    askers: askers.map(([id, source, tries]): Asker => ({ id, source, tries })),
    strangerTries,
    openedAt,
    expiresAt,
    resendAt,
    sends,
    usedAt: usedAt ?? undefined,
    usedBy: usedBy ?? undefined,
    requests,
    message: { reference, sentAt, locale, client, parts: parts.map(([vendor, state]) => ({ vendor, state })) },
  }
}
