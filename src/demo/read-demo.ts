import { readFile } from 'node:fs/promises'
import { parse } from 'csv-parse/sync'
import type { Fault, ImportKind, Numbered } from '../modules/imports/index.ts'
import type { StartingPrices } from '../modules/pricing/index.ts'
import type { NewStore } from '../modules/stores/index.ts'

/** What is in the folder. Its files are small, and everything in them is ours: what is wrong with them is a bug. */
export interface Demo {
  stores: readonly NewStore[]
  prices: StartingPrices
  /** In the order in which they can be applied. */
  files: readonly DemoFile[]
}

export interface DemoFile {
  kind: ImportKind
  rows: readonly Numbered<unknown>[]
  /** As it stands in the file; the kind exports it by the same names. */
  lastRecord: Readonly<Record<string, unknown>>
}

/** Stock comes before listings, so that no product is seen without it. */
const order = ['categories', 'products', 'stock', 'listings']

const faultIn = (kind: ImportKind, { line, column = 'the row', reason }: Fault & { line: number }): Error =>
  new Error(`${kind.name}.csv of the demo data, line ${line}: ${column}: ${reason}`)

/** @throws Error that names the first faulty line */
export function assertFaultless(kind: ImportKind, faults: readonly (Fault & { line: number })[]): void {
  if (faults[0]) throw faultIn(kind, faults[0])
}

async function readFileOf(folder: URL, kind: ImportKind): Promise<DemoFile> {
  const text = await readFile(new URL(`${kind.name}.csv`, folder))
  const records: Record<string, string>[] = parse(text, { columns: true })
  const rows = records.map((record, at) => {
    const line = at + 2 // no cell of these files holds a line break
    const read = kind.read(record)
    if ('row' in read) return { line, row: read.row }
    throw faultIn(kind, { line, ...(read.faults[0] ?? { reason: 'is not right' }) })
  })
  return { kind, rows, lastRecord: records.at(-1) ?? {} }
}

/**
 * The files of a folder, whose address ends with a slash.
 * @throws Error that names the first faulty line
 */
export async function readDemo(folder: URL, kinds: readonly ImportKind[]): Promise<Demo> {
  const stores: NewStore[] = JSON.parse(await readFile(new URL('stores.json', folder), 'utf8'))
  const prices: StartingPrices = JSON.parse(await readFile(new URL('prices.json', folder), 'utf8'))
  const inOrder = order.flatMap((name) => kinds.filter((kind) => kind.name === name))
  return { stores, prices, files: await Promise.all(inOrder.map((kind) => readFileOf(folder, kind))) }
}
