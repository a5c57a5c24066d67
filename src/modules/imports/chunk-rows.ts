import type { ReadChunk } from './chunk-queries.ts'
import { type FaultAt, legibleFault, mostFaultsKept, type OnFault } from './import.ts'
import type { Fault } from './import-kind.ts'

const mostRows = 500
const mostCharacters = 1_000_000

export type Chunk = Omit<ReadChunk, 'importId' | 'now'>

/** Gathers rows and faults into chunks of some 500, and counts them. */
export interface Chunker {
  /** What became of a record. A chunk when there is enough for one. */
  take(line: number, outcome: { row: unknown } | { faults: readonly Fault[] }): Chunk | undefined
  /** Faults of the file, which are no row's. */
  report(faults: readonly FaultAt[]): void
  /** The rest. */
  rest(): Chunk
  rowsRead(): number
  /** Whether nothing of the file can be applied any more. */
  isRefused(): boolean
}

/** With `stop`, rows behind the first fault are counted and not gathered: they only have to be reported on. */
export function createChunker(onFault: OnFault): Chunker {
  let rows: string[] = []
  let faults: FaultAt[] = []
  let characters = 0
  let recordsSince = 0
  let number = 0
  let faultsBefore = 0
  let isUnreadable = false
  const counts = { rowsRead: 0, rowsFaulty: 0, faultsFound: 0 }
  const isRefused = () => isUnreadable || (onFault === 'stop' && counts.rowsFaulty > 0)

  function report(found: readonly FaultAt[]): void {
    counts.faultsFound += found.length
    const room = mostFaultsKept - faultsBefore - faults.length
    for (const fault of found.slice(0, Math.max(0, room))) faults.push(legibleFault(fault))
  }

  function cut(): Chunk {
    number += 1
    const chunk = { number, rows: `[${rows.join(',')}]`, faults, faultsBefore, ...counts }
    faultsBefore += faults.length
    rows = []
    faults = []
    characters = 0
    recordsSince = 0
    return chunk
  }

  return {
    take(line, outcome) {
      counts.rowsRead += 1
      recordsSince += 1
      if ('faults' in outcome) {
        counts.rowsFaulty += 1
        report(outcome.faults.map((fault) => ({ ...fault, line })))
      } else if (!isRefused()) {
        const text = JSON.stringify({ line, row: outcome.row })
        rows.push(text)
        characters += text.length
      }
      return recordsSince >= mostRows || characters >= mostCharacters ? cut() : undefined
    },
    report(found) {
      isUnreadable = true
      report(found)
    },
    rest: cut,
    rowsRead: () => counts.rowsRead,
    isRefused,
  }
}
