import type { Applied, Fault, ImportKind, ImportScope } from '../../src/modules/imports/index.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { inTransaction } from '../../src/platform/database/in-transaction.ts'

export type Imported = Omit<Applied, 'faults'> & { faults: (Fault & { line: number })[] }

interface Options {
  scope?: ImportScope
  /** How many rows are applied at once. */
  atOnce?: number
  now?: Date
}

/** Imports records as the imports module does: read one by one, applied in one transaction some at once, then what follows. */
export async function importRecords(
  database: Database,
  kind: ImportKind,
  records: readonly Record<string, unknown>[],
  { scope = {}, atOnce = 500, now = new Date(Date.UTC(2026, 1, 1)) }: Options = {},
): Promise<Imported> {
  const result: Imported = { created: 0, changed: 0, unchanged: 0, faults: [] }
  const context = { scope, now, importId: 'imp_1' }
  const rows: { line: number; row: unknown }[] = []
  for (const [at, record] of records.entries()) {
    const read = kind.read(record)
    if ('faults' in read) result.faults.push(...read.faults.map((fault) => ({ ...fault, line: at + 2 })))
    else rows.push({ line: at + 2, row: JSON.parse(JSON.stringify(read.row)) })
  }
  await inTransaction(database.background, async (tx) => {
    for (let at = 0; at < rows.length; at += atOnce) {
      const { faults, created, changed, unchanged } = await kind.apply(tx, rows.slice(at, at + atOnce), context)
      result.faults.push(...faults)
      result.created += created
      result.changed += changed
      result.unchanged += unchanged
    }
    await kind.conclude?.(tx)
  })
  await kind.afterwards?.(context)
  return result
}

export async function exportRecords(
  database: Database,
  kind: ImportKind,
  scope: ImportScope = {},
): Promise<Record<string, unknown>[]> {
  const records: Record<string, unknown>[] = []
  for await (const record of kind.export(database, scope)) records.push({ ...record })
  return records
}
