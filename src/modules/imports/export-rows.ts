import { stringify } from 'csv-stringify/sync'
import type { Database } from '../../platform/database/database.ts'
import { guardCell } from '../../platform/formula-guard.ts'
import type { ImportFormat } from './import.ts'
import type { ImportKind, ImportScope } from './import-kind.ts'

const rowsAtOnce = 200

/** A value as a cell: lists with bars between, truth as yes and no, nothing as nothing. */
function toCell(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.map(String).join(' | ')
  return String(value)
}

type Exported = Readonly<Record<string, unknown>>

const writers: Record<ImportFormat, (names: readonly string[]) => { header: string; write(rows: Exported[]): string }> =
  {
    csv: (names) => ({
      header: stringify([[...names]]),
      write: (rows) =>
        stringify(
          rows.map((row) => names.map((name) => guardCell(toCell(row[name])))),
          { quoted_match: /^\s|\s$/ }, // outside of quotes an import takes white space for nothing
        ),
    }),
    jsonl: () => ({ header: '', write: (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join('') }),
  }

interface ExportInput {
  kind: ImportKind
  scope: ImportScope
  format: ImportFormat
  /** Learns how many rows there were so far. */
  onRows?(count: number): void
}

/** Everything there is of a kind as the text of a file, some rows at a time; the next are read when these are taken. */
export async function* exportRows(
  { database }: { database: Database },
  { kind, scope, format, onRows }: ExportInput,
): AsyncGenerator<string> {
  const { header, write } = writers[format](kind.columns.map(({ name }) => name))
  let rows: Exported[] = []
  let count = 0
  let before = header
  for await (const row of kind.export(database, scope)) {
    if (rows.push(row) < rowsAtOnce) continue
    count += rows.length
    yield before + write(rows)
    onRows?.(count)
    before = ''
    rows = []
  }
  yield before + write(rows)
  onRows?.(count + rows.length)
}

export const fileNameOf = ({ kind, scope, format }: Pick<ExportInput, 'kind' | 'scope' | 'format'>): string =>
  `${[kind.name, ...(scope.storeId === undefined ? [] : [scope.storeId])].join('-')}.${format}`
