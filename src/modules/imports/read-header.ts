import type { FaultAt } from './import.ts'
import type { Column } from './import-kind.ts'
import { Unreadable } from './unreadable.ts'

const mostNamed = 5
const longestNamed = 40

const inQuotes = (names: readonly string[]): string =>
  names
    .slice(0, mostNamed)
    .map((name) => `"${name.slice(0, longestNamed)}"`)
    .join(', ') + (names.length > mostNamed ? ' …' : '')

const listed = (columns: readonly Column[]): string => columns.map(({ name }) => name).join(', ')

/** What is wrong with names of columns that are trimmed and in small letters. Everything at once. */
function* faultsOf(columns: readonly Column[], names: readonly string[]): Generator<string> {
  const known = new Set(columns.map(({ name }) => name))
  const unknown = names.filter((name) => name !== '' && !known.has(name))
  if (unknown.length > 0) yield `unknown columns: ${inQuotes(unknown)}. Known are ${listed(columns)}`
  const missing = columns.filter(({ name, isRequired }) => isRequired && !names.includes(name))
  if (missing.length > 0) yield `missing columns: ${listed(missing)}`
  const repeated = names.filter((name, at) => known.has(name) && names.indexOf(name) !== at)
  if (repeated.length > 0) yield `columns that are there twice: ${inQuotes([...new Set(repeated)])}`
  if (names.includes('')) yield 'a column has no name'
}

/** The names of the columns, from the first row of a file. White space and capitals do not count. @throws Unreadable */
export function readHeader(columns: readonly Column[], cells: readonly string[], line: number): string[] {
  const names = cells.map((cell) => cell.trim().toLowerCase())
  const [first = ''] = names
  if (names.length === 1 && columns.length > 1 && /[;\t]/.test(first))
    throw new Unreadable({ line, reason: 'the columns must be separated by commas' })
  const faults: FaultAt[] = [...faultsOf(columns, names)].map((reason) => ({ line, reason }))
  if (faults.length > 0) throw new Unreadable(...faults)
  return names
}
