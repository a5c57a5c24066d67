import { setTimeout as sleep } from 'node:timers/promises'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { Unavailable } from '../../platform/unavailable.ts'
import { type ApplyInTransactionDeps, applyInTransaction, contextOf } from './apply-in-transaction.ts'
import { countFaults, deleteChunks, insertFaults } from './chunk-queries.ts'
import { type Import, isFinished } from './import.ts'
import type { ImportKind } from './import-kind.ts'
import { moveImport, readElder, readImport, updateProgress, updateResult } from './import-queries.ts'
import type { ImportsTelemetry } from './imports-telemetry.ts'

export interface ApplyDeps extends ApplyInTransactionDeps {
  kinds: ReadonlyMap<string, ImportKind>
  telemetry: ImportsTelemetry
}

export interface ApplyInput {
  importId: string
  signal: AbortSignal
  /** A fault of ours is not waited out any longer: it refuses the import. */
  isLastTry: boolean
}

const lookAgainMs = 1000
/** Whoever does what follows from an import says so every 5 s. */
const touchMs = 5000
const heardOfMs = 20_000

/** Does what follows from rows that are committed. Nobody else does it meanwhile, unless this process is not heard of. */
async function finish({ database, clock, telemetry }: ApplyDeps, kind: ImportKind, given: Import): Promise<void> {
  const touch = () => updateProgress(database.db, given.id, given.rowsApplied, new Date(clock.now()))
  const timer = setInterval(() => void touch().catch(() => undefined), touchMs)
  try {
    await kind.afterwards?.(contextOf(given, new Date(clock.now())))
  } finally {
    clearInterval(timer)
  }
  const now = new Date(clock.now())
  const done = await moveImport(database.background, given.id, { from: ['applying'], to: 'done', now })
  if (done) telemetry.finished(done)
}

/** Refuses an import that cannot be applied for a reason that is not its file's. */
async function giveUp({ database, clock, telemetry }: ApplyDeps, given: Import, error: unknown): Promise<void> {
  const { id } = given
  const reason = 'the server could not apply the file, so nothing was changed: its log says why'
  const refused = await inTransaction(database.background, async (tx) => {
    const now = new Date(clock.now())
    const moved = await moveImport(tx, id, { from: ['waiting', 'applying'], to: 'refused', now })
    if (!moved) return undefined
    const none = { created: 0, changed: 0, unchanged: 0, rowsApplied: 0, rowsFaulty: 0 }
    await updateResult(tx, id, { ...none, faultsFound: 1, appliedAt: null })
    await insertFaults(tx, id, [{ line: 0, reason }], await countFaults(tx, id))
    await deleteChunks(tx, id)
    return moved
  })
  if (refused) telemetry.finished(refused)
  telemetry.failed(given, error)
}

/** One look at an import: whether it is over, there is more to do at once, or somebody else is at work. */
async function workOn(deps: ApplyDeps, input: ApplyInput): Promise<'over' | 'more' | 'busy'> {
  const { database, kinds, clock, telemetry } = deps
  const { importId, signal, isLastTry } = input
  const given = await readImport(database.background, importId)
  if (!given || isFinished(given) || given.status === 'receiving') return 'over'
  const kind = kinds.get(given.kind)
  if (!kind) throw new Error(`Nobody here imports ${given.kind}.`)
  if (given.appliedAt) {
    const isOthers = database.kind === 'postgres' && clock.now() - given.updatedAt.getTime() < heardOfMs
    if (isOthers) return 'busy'
    await finish(deps, kind, given)
    return 'over'
  }
  const elder = await readElder(database.background, given)
  if (elder !== undefined) return (await workOn(deps, { ...input, importId: elder })) === 'busy' ? 'busy' : 'more'
  try {
    const outcome = await applyInTransaction(deps, { kind, given, signal })
    if (outcome === 'busy') return 'busy'
    if (outcome === 'over') return 'more'
  } catch (error) {
    if (!isLastTry || error instanceof Unavailable || signal.aborted) throw error
    await giveUp(deps, given, error)
    return 'over'
  }
  const present = await readImport(database.background, importId)
  if (present?.appliedAt) await finish(deps, kind, present)
  else if (present) telemetry.finished(present)
  return 'over'
}

/**
 * Applies a received import to its end: those of a kind one after the other, in the order of their coming; all of its rows
 * or, when it stops at faults, none. Whoever else works on one of them is waited for. Safe to repeat after a crash at any
 * point.
 */
export const applyImport = (deps: ApplyDeps, input: ApplyInput): Promise<void> =>
  deps.running.once(input.importId, async () => {
    for (;;) {
      const state = await workOn(deps, input)
      if (state === 'over') return
      input.signal.throwIfAborted()
      if (state === 'busy') await sleep(lookAgainMs)
    }
  })
