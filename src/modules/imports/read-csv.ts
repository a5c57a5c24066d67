import { CsvError, parse } from 'csv-parse'
import { unguardCell } from '../../platform/formula-guard.ts'
import type { Column } from './import-kind.ts'
import { passThrough } from './pass-through.ts'
import { readHeader } from './read-header.ts'
import { longestRecord, type ReadRecord } from './read-record.ts'
import { Unreadable } from './unreadable.ts'

const strayQuote =
  'a quote (") stands where none can be: put the whole cell in quotes, and write a quote inside it twice'

const reasons: Record<string, string> = {
  CSV_MAX_RECORD_SIZE: `a row is longer than ${longestRecord / 1024} KiB: perhaps a quote (") is not closed, or it is no CSV`,
  CSV_QUOTE_NOT_CLOSED: 'a quote (") is opened in this row and never closed',
  INVALID_OPENING_QUOTE: strayQuote,
  CSV_INVALID_CLOSING_QUOTE: strayQuote,
}

const options = {
  bom: true,
  delimiter: ',',
  record_delimiter: ['\r\n', '\n', '\r'],
  relax_column_count: true, // counted here, where the line is known
  skip_empty_lines: true,
  trim: true, // outside of quotes
  max_record_size: longestRecord,
}

const countIn = (cells: readonly string[], pattern: RegExp): number =>
  cells.reduce((count, cell) => count + (cell.match(pattern)?.length ?? 0), 0)

interface Row {
  cells: readonly string[]
  line: number
}

function toRecord(names: readonly string[], { cells, line }: Row): ReadRecord {
  if (cells.length !== names.length) {
    const reason = `the row has ${cells.length} cells, the header has ${names.length}`
    return { line, faults: [{ reason }] }
  }
  return { line, record: Object.fromEntries(names.map((name, at) => [name, unguardCell(cells[at] as string)])) }
}

/**
 * The rows of a CSV file with a header, each with the line that it begins on. Rows without any content are left out.
 * Takes commas, quotes, line breaks of every system and a byte order mark.
 * @throws Unreadable
 */
export async function* readCsv(columns: readonly Column[], source: AsyncIterable<Buffer>): AsyncGenerator<ReadRecord> {
  const found: Row[] = []
  let lastLine = 0
  let countedTwice = 0
  const parser = parse({
    ...options,
    on_record: (cells: string[], { lines }) => {
      countedTwice += countIn(cells, /\r\n/g) // csv-parse takes one in quotes for two lines
      lastLine = lines - countedTwice
      found.push({ cells, line: lastLine - countIn(cells, /\r\n|\n|\r/g) })
      return null
    },
  })
  let names: string[] | undefined
  try {
    for await (const row of passThrough(source, parser, found)) {
      if (row.cells.every((cell) => cell === '')) continue
      if (names) yield toRecord(names, row)
      else names = readHeader(columns, row.cells, row.line)
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new Unreadable({ line: lastLine + 1, reason: reasons[error.code] ?? 'this is not CSV' })
  }
  if (!names) throw new Unreadable({ line: 0, reason: 'the file is empty' })
}
