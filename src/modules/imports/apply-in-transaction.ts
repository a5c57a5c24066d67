import { type Clock, startStopwatch } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { applyRows, type Result, roomFor } from './apply-rows.ts'
import { countFaults, deleteChunks, insertFaults, listFaults } from './chunk-queries.ts'
import { type Import, isFinished } from './import.ts'
import type { ApplyContext, ImportKind } from './import-kind.ts'
import { moveImport, readImport, tryLockKind, updateProgress, updateResult } from './import-queries.ts'
import type { RunningImports } from './running-imports.ts'

export interface ApplyInTransactionDeps {
  database: Pick<Database, 'kind' | 'db' | 'background'>
  running: RunningImports
  clock: Clock
}

const progressMs = 1000
const shownFaults = 100
const nothing = { created: 0, changed: 0, unchanged: 0, rowsApplied: 0 }

/** Leaves the transaction without keeping what it did. */
class RolledBack extends Error {
  readonly result: Result
  constructor(result: Result) {
    super('rolled back')
    this.result = result
  }
}

/** Writes down what came of the rows, and forgets the rows themselves. */
async function settle(
  tx: Tx,
  { id }: Import,
  { result, appliedAt }: { result: Result; appliedAt: Date | null },
): Promise<void> {
  await updateResult(tx, id, { ...result, appliedAt })
  await insertFaults(tx, id, result.faults, await countFaults(tx, id))
  await deleteChunks(tx, id)
}

/** What a kind learns besides the rows. */
export const contextOf = ({ id, scope, actorId }: Import, now: Date): ApplyContext => ({
  scope,
  now,
  importId: id,
  ...(actorId !== null && { actorId }),
})

/**
 * Applies the rows of an import in one transaction. `busy` when one of the same kind is being applied, `over` when this one
 * was already. One that is refused, and a dry run, change nothing and are settled with their report.
 */
export async function applyInTransaction(
  { database, running, clock }: ApplyInTransactionDeps,
  { kind, given, signal }: { kind: ImportKind; given: Import; signal: AbortSignal },
): Promise<'busy' | 'over' | 'applied' | 'settled'> {
  const { id } = given
  const now = () => new Date(clock.now())
  const isAlone = database.kind === 'embedded' // and its only session is the transaction's
  const refuses = ({ rowsFaulty }: Result) => given.onFault === 'stop' && rowsFaulty > 0

  async function apply(tx: Tx): Promise<'busy' | 'over' | 'applied'> {
    if (!(await tryLockKind(tx, given.kind))) return 'busy'
    const present = await readImport(tx, id)
    if (!present || isFinished(present) || present.appliedAt) return 'over'
    const faults = await listFaults(tx, id, { limit: shownFaults })
    const room = roomFor(await countFaults(tx, id))
    await moveImport(isAlone ? tx : database.db, id, { from: ['waiting'], to: 'applying', now: now() })
    const show = (rowsApplied: number) =>
      running.show({ given: { ...present, status: 'applying', rowsApplied, updatedAt: now() }, faults })
    show(0)
    let sinceWritten = startStopwatch()
    async function onProgress(rowsApplied: number): Promise<void> {
      show(rowsApplied)
      if (isAlone || sinceWritten() < progressMs) return
      sinceWritten = startStopwatch()
      await updateProgress(database.db, id, rowsApplied, now()).catch(() => undefined) // the next one will
    }
    const options = { context: contextOf(given, now()), signal, room, onProgress }
    const result = await applyRows(tx, kind, given, options)
    if (refuses(result) || given.isDryRun) throw new RolledBack(result)
    await kind.conclude?.(tx)
    await settle(tx, given, { result, appliedAt: now() })
    return 'applied'
  }

  try {
    return await inTransaction(database.background, apply)
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error
    const { result } = error
    const isRefused = refuses(result)
    await inTransaction(database.background, async (tx) => {
      const to = isRefused ? 'refused' : 'done'
      if (!(await moveImport(tx, id, { from: ['waiting', 'applying'], to, now: now() }))) return
      await settle(tx, given, { result: isRefused ? { ...result, ...nothing } : result, appliedAt: null })
    })
    return 'settled'
  } finally {
    running.hide(id)
  }
}
