import type { Fault, ImportKind } from './import-kind.ts'

/** What fits into memory many times over: longer ones are a file that is something else. */
export const longestRecord = 262_144

/** A record of a file with the line it begins on, or what is wrong with its form. */
export type ReadRecord =
  | { line: number; record: Readonly<Record<string, unknown>> }
  | { line: number; faults: readonly Fault[] }

const deepest = 8

/** Whether the database can keep it: text of whole characters without NUL, nothing nested without end. */
function isStorable(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return !value.includes('\0') && value.isWellFormed()
  if (value === null || typeof value !== 'object') return true
  return depth < deepest && Object.entries(value).every((entry) => entry.every((each) => isStorable(each, depth + 1)))
}

/** Makes the row of a record, as the kind reads it. Every fault of the record at once. */
export function readRow<Row>(kind: ImportKind<Row>, read: ReadRecord): { row: Row } | { faults: readonly Fault[] } {
  if ('faults' in read) return read
  const unfit = Object.keys(read.record).filter((column) => !isStorable(read.record[column]))
  if (unfit.length === 0) return kind.read(read.record)
  return { faults: unfit.map((column) => ({ column, reason: 'holds what is no text, such as a NUL character' })) }
}
