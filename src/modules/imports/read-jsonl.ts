import split from 'split2'
import type { Column } from './import-kind.ts'
import { passThrough } from './pass-through.ts'
import { longestRecord, type ReadRecord } from './read-record.ts'
import { Unreadable } from './unreadable.ts'

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

function toRecord(known: ReadonlySet<string>, text: string, line: number): ReadRecord {
  const record = text.length <= longestRecord ? parseObject(text) : undefined
  if (!record) return { line, faults: [{ reason: 'the line is not a JSON object' }] }
  const unknown = Object.keys(record).filter((name) => !known.has(name))
  if (unknown.length === 0) return { line, record }
  const reason = `there is no such field. Known are ${[...known].join(', ')}`
  return { line, faults: unknown.map((column) => ({ column, reason })) }
}

/** The objects of a JSON Lines file. Empty lines are left out. @throws Unreadable */
export async function* readJsonl(
  columns: readonly Column[],
  source: AsyncIterable<Buffer>,
): AsyncGenerator<ReadRecord> {
  const known = new Set(columns.map(({ name }) => name))
  const found: string[] = []
  const parser = split(/\r?\n/, (text: string) => void found.push(text), { maxLength: longestRecord })
  let line = 0
  let isEmpty = true
  try {
    for await (const text of passThrough(source, parser, found)) {
      line += 1
      const content = line === 1 ? text.replace(/^\uFEFF/, '') : text
      if (content.trim() === '') continue
      isEmpty = false
      yield toRecord(known, content, line)
    }
  } catch (error) {
    if (!(error instanceof Error) || error.message !== 'maximum buffer reached') throw error
    const reason = `the line is longer than ${longestRecord / 1024} KiB: it must be a JSON object`
    throw new Unreadable({ line: line + 1, reason })
  }
  if (isEmpty) throw new Unreadable({ line: 0, reason: 'the file is empty' })
}
