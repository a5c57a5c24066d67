import { misleading } from '../../platform/plain-text.ts'
import type { Fault, ImportScope } from './import-kind.ts'

export type ImportFormat = 'csv' | 'jsonl'
/** What a faulty row does: `stop` refuses the whole file, `continue` leaves the row out. */
export type OnFault = 'stop' | 'continue'

/**
 * `receiving`: rows are read and checked. `waiting`: all are there. `applying`: in one transaction. Then `done`; `refused`
 * when something is wrong with the file; `abandoned` when it did not come whole. Of the last two nothing was applied.
 */
export type ImportStatus = 'receiving' | 'waiting' | 'applying' | 'done' | 'refused' | 'abandoned'

/** A fault with its line in the file; 0 for the file as a whole. */
export interface FaultAt extends Fault {
  line: number
}

export interface Counts {
  created: number
  changed: number
  unchanged: number
}

/** One file on its way into the tables. */
export interface Import extends Counts {
  id: string
  kind: string
  format: ImportFormat
  onFault: OnFault
  isDryRun: boolean
  scope: ImportScope
  fileName: string | null
  status: ImportStatus
  rowsRead: number
  rowsFaulty: number
  faultsFound: number
  rowsApplied: number
  actorId: string | null
  createdAt: Date
  updatedAt: Date
  /** When its rows were committed; what follows from them may still be under way. */
  appliedAt: Date | null
  finishedAt: Date | null
}

/** What is known of an import before its first row. */
export type NewImport = Pick<
  Import,
  'id' | 'kind' | 'format' | 'onFault' | 'isDryRun' | 'scope' | 'fileName' | 'actorId' | 'createdAt'
>

export const isFinished = ({ status }: Pick<Import, 'status'>): boolean =>
  status === 'done' || status === 'refused' || status === 'abandoned'

export const mostFaultsKept = 1000
const longestReason = 300
const longestColumn = 100
const misleadingCharacter = new RegExp(`[${misleading}]`, 'gu')

/** Text as a report may hold it: whole characters, none that misleads, not too long. */
const legible = (text: string, longest: number): string =>
  text.slice(0, longest).toWellFormed().replaceAll(misleadingCharacter, '\uFFFD')

/** A fault as it is kept. */
export function legibleFault({ line, column, reason }: FaultAt): FaultAt {
  const words = legible(reason, longestReason) || 'is not right'
  return { line, ...(column && { column: legible(column, longestColumn) }), reason: words }
}
