import { parseRupees } from '../../platform/money.ts'
import { plainPattern } from '../../platform/plain-text.ts'
import type { Column, Fault } from './import-kind.ts'

/** How a cell is read: a text of CSV or a value of JSON Lines. `undefined` when it cannot be. */
export interface CellReader<T> {
  read(value: unknown): T | undefined
  /** What is told when it cannot, without the value: `must be a price in rupees such as 28.00`. */
  reason: string
}

export interface Cell<T, IsRequired extends boolean> {
  column: Column
  reader: CellReader<T>
  isRequired: IsRequired
}

type AnyCells = Readonly<Record<string, Cell<unknown, boolean>>>
type ValueOf<C> = C extends Cell<infer T, boolean> ? T : never

/** A row as its cells are read; what may be left out may be absent. */
export type RowOf<Cells extends AnyCells> = {
  [Key in keyof Cells as Cells[Key]['isRequired'] extends true ? Key : never]: ValueOf<Cells[Key]>
} & {
  [Key in keyof Cells as Cells[Key]['isRequired'] extends true ? never : Key]?: ValueOf<Cells[Key]>
}

type ColumnTexts = Pick<Column, 'name' | 'description' | 'example'>

export const required = <T>(column: ColumnTexts, reader: CellReader<T>): Cell<T, true> => ({
  column: { ...column, isRequired: true },
  reader,
  isRequired: true,
})

/** A cell that may be empty or left out; then it says nothing. */
export const optional = <T>(column: ColumnTexts, reader: CellReader<T>): Cell<T, false> => ({
  column,
  reader,
  isRequired: false,
})

export const columnsOf = (cells: AnyCells): Column[] => Object.values(cells).map(({ column }) => column)

const isAbsent = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '')

/** Makes a row of a record. All that is wrong with it at once. */
export function readCells<Cells extends AnyCells>(
  cells: Cells,
  record: Readonly<Record<string, unknown>>,
): { row: RowOf<Cells> } | { faults: readonly Fault[] } {
  const row: Record<string, unknown> = {}
  const faults: Fault[] = []
  for (const [key, { column, reader, isRequired }] of Object.entries(cells)) {
    const value = record[column.name]
    const read = isAbsent(value) ? undefined : reader.read(value)
    if (read !== undefined) row[key] = read
    else if (!isAbsent(value)) faults.push({ column: column.name, reason: reader.reason })
    else if (isRequired) faults.push({ column: column.name, reason: 'is missing' })
  }
  return faults.length > 0 ? { faults } : { row: row as RowOf<Cells> }
}

/** Text as it was meant, of a number too: spreadsheets and JSON write codes as numbers. */
const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value.trim()
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined
}

const plain = new RegExp(plainPattern, 'u')

/** Text of a form, without white space around it. Without a pattern, any text for people that does not mislead. */
export const text = ({
  longest,
  pattern = plain,
  reason = `must be text without control or invisible characters, ${longest} characters at most`,
  isFit = () => true,
}: {
  longest: number
  pattern?: RegExp
  reason?: string
  isFit?: (text: string) => boolean
}): CellReader<string> => ({
  reason,
  read(value) {
    const read = textOf(value)
    return read !== undefined && read.length <= longest && pattern.test(read) && isFit(read) ? read : undefined
  },
})

export const integer = ({ minimum, maximum }: { minimum: number; maximum: number }): CellReader<number> => ({
  reason: `must be a whole number from ${minimum} to ${maximum}`,
  read(value) {
    const read = textOf(value)
    const number = read !== undefined && /^-?\d{1,15}$/.test(read) ? Number(read) : Number.NaN
    return number >= minimum && number <= maximum ? number + 0 : undefined
  },
})

/** A price in rupees, as paise. */
export const rupees = ({ maximumPaise = 100_000_000 } = {}): CellReader<number> => ({
  reason: `must be a price in rupees such as 28.00, ${maximumPaise / 100} at most`,
  read(value) {
    const paise = parseRupees(textOf(value) ?? '')
    return paise !== undefined && paise > 0 && paise <= maximumPaise ? paise : undefined
  },
})

const truths: ReadonlyMap<string, boolean> = new Map([
  ...['yes', 'true', '1'].map((word) => [word, true] as const),
  ...['no', 'false', '0'].map((word) => [word, false] as const),
])

export const yesOrNo: CellReader<boolean> = {
  reason: 'must be yes or no',
  read: (value) => (typeof value === 'boolean' ? value : truths.get(textOf(value)?.toLowerCase() ?? '')),
}

/** One of some words, whatever their capitals. */
export const oneOf = <const Word extends string>(words: readonly Word[]): CellReader<Word> => ({
  reason: `must be one of ${words.join(', ')}`,
  read: (value) => words.find((word) => word === textOf(value)?.toLowerCase()),
})

/** One of some numbers, however they are written. */
export const oneOfNumbers = (numbers: readonly number[]): CellReader<number> => ({
  reason: `must be one of ${numbers.join(', ')}`,
  read(value) {
    const read = textOf(value)
    return read !== undefined && /^\d{1,9}(?:\.\d{1,9})?$/.test(read)
      ? numbers.find((number) => number === Number(read))
      : undefined
  },
})

/** Several, separated by bars in CSV; an array in JSON Lines, which may be empty. */
export const list = <T>(item: CellReader<T>, { most }: { most: number }): CellReader<T[]> => ({
  reason: `must be ${most} at most, separated by |; each ${item.reason}`,
  read(value) {
    const parts = Array.isArray(value) ? value : (textOf(value)?.split('|') ?? [undefined])
    const read = parts.filter((part) => !isAbsent(part) || part === undefined).map((part) => item.read(part))
    return read.length <= most && !read.includes(undefined) ? (read as T[]) : undefined
  },
})
