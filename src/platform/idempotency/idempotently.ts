import { createHash } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { inTransaction, sendWithCommit } from '../database/in-transaction.ts'
import { defineProblems } from '../http/problem.ts'
import { deleteOldAnswers, insertAnswer, readAnswer, takeKey } from './idempotency-queries.ts'

export const idempotencyProblems = defineProblems('idempotency', {
  keyRequired: { status: 400, message: 'Send an Idempotency-Key: a new one for each thing that is to be done once' },
  keyInvalid: { status: 400, message: 'An Idempotency-Key has 1 to 200 visible ASCII characters' },
  inProgress: { status: 409, message: 'The same request is being worked on. Try again shortly' },
  keyReused: { status: 422, message: 'This Idempotency-Key was used for another request' },
})

const { keyRequired: _, ...problemsOfKeys } = idempotencyProblems
/** What a route refuses that takes a key. One that wants a key has `keyRequired` besides. */
export const keyProblems = Object.values(problemsOfKeys)

/** A request that must not be done twice. */
export interface IdempotentRequest {
  /** Whose keys these are: an account's id, a cart's. */
  principal: string
  /** Of the `Idempotency-Key` header; without one nothing is remembered. */
  key: string | undefined
  /** What makes it the same request: method, path and body. */
  request: unknown
}

export interface IdempotentAnswer<T> {
  status: number
  body: T
  isReplayed: boolean
}

const keptMs = 86_400_000

/** The same for the same content, in whatever order a client writes the fields. */
function fingerprintOf(request: unknown): Buffer {
  const sorted = (_key: string, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value
  return createHash('sha256').update(JSON.stringify(request, sorted)).digest()
}

/**
 * Does something in a transaction, once for each key: the answer is committed together with what was done, so neither a
 * crash nor a second instance does it again. The same request later gets the first answer, for 24 h. What was refused is
 * not remembered.
 * @throws idempotency.in_progress while the first is under way, idempotency.key_reused for another request, what the work throws
 */
export async function idempotently<T>(
  { database, clock }: { database: Pick<Database, 'db'>; clock: Clock },
  { principal, key, request }: IdempotentRequest,
  work: (tx: Tx) => Promise<{ status: number; body: T }>,
): Promise<IdempotentAnswer<T>> {
  if (key !== undefined && !/^[!-~]{1,200}$/.test(key)) throw idempotencyProblems.keyInvalid()
  return inTransaction(database.db, async (tx) => {
    if (key === undefined) return { ...(await work(tx)), isReplayed: false }
    const now = new Date(clock.now())
    const fingerprint = fingerprintOf(request)
    // In one round trip, and one after the other: what is read is from after the key was taken.
    const [isTaken, stored] = await Promise.all([
      takeKey(tx, principal, key),
      readAnswer(tx, principal, key, new Date(now.getTime() - keptMs)),
    ])
    if (!isTaken) throw idempotencyProblems.inProgress()
    if (stored && !stored.fingerprint.equals(fingerprint)) throw idempotencyProblems.keyReused()
    if (stored) return { status: stored.status, body: JSON.parse(stored.answer) as T, isReplayed: true }
    const { status, body } = await work(tx)
    sendWithCommit(insertAnswer(tx, { principal, key, fingerprint, status, answer: JSON.stringify(body), now }))
    return { status, body, isReplayed: false }
  })
}

/** Forgets answers older than a day. For a job, once an hour or so. */
export const cleanUpIdempotency = ({
  database,
  clock,
}: {
  database: Pick<Database, 'db'>
  clock: Clock
}): Promise<void> => inTransaction(database.db, (tx) => deleteOldAnswers(tx, new Date(clock.now() - keptMs)))
