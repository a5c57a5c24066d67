import { setImmediate as takeTurn } from 'node:timers/promises'
import type { Tx } from '../../platform/database/database.ts'
import { readChunk } from './chunk-queries.ts'
import { type Counts, type FaultAt, type Import, legibleFault, mostFaultsKept } from './import.ts'
import type { ApplyContext, ImportKind } from './import-kind.ts'

/** What came of all rows of an import. */
export interface Result extends Counts {
  rowsApplied: number
  rowsFaulty: number
  faultsFound: number
  /** Those that are kept. */
  faults: readonly FaultAt[]
}

interface Options {
  context: ApplyContext
  signal: AbortSignal
  /** How many faults may be added to the report. */
  room: number
  onProgress(rowsApplied: number): Promise<void>
}

/**
 * Has the kind apply all rows, a chunk at a time and to the last one, whatever is found wrong: the report is of the whole
 * file. @throws the signal's reason, between two chunks
 */
export async function applyRows(tx: Tx, kind: ImportKind, { id }: Import, options: Options): Promise<Result> {
  const { context, signal, room, onProgress } = options
  const counts = { created: 0, changed: 0, unchanged: 0 }
  const faults: FaultAt[] = []
  let faultsFound = 0
  let rowsFaulty = 0
  let rowsSeen = 0
  for (let chunk = await readChunk(tx, id, 0); chunk; chunk = await readChunk(tx, id, chunk.number)) {
    signal.throwIfAborted()
    const applied = await kind.apply(tx, chunk.rows, context)
    counts.created += applied.created
    counts.changed += applied.changed
    counts.unchanged += applied.unchanged
    faultsFound += applied.faults.length
    rowsFaulty += new Set(applied.faults.map(({ line }) => line)).size
    for (const fault of applied.faults) if (faults.length < room) faults.push(legibleFault(fault))
    rowsSeen += chunk.rows.length
    await onProgress(rowsSeen)
    await takeTurn() // the embedded database is in this thread, and answers without letting anybody else have it
  }
  signal.throwIfAborted()
  const rowsApplied = counts.created + counts.changed + counts.unchanged
  return { ...counts, rowsApplied, rowsFaulty, faultsFound, faults }
}

export const roomFor = (faultsKept: number): number => Math.max(0, mostFaultsKept - faultsKept)
