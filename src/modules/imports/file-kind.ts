import { CannotStart } from '../../platform/cannot-start.ts'
import type { ImportFormat } from './import.ts'

const formats: Record<string, ImportFormat> = { csv: 'csv', jsonl: 'jsonl', ndjson: 'jsonl' }

/** The format of a file, by the end of its name. @throws CannotStart */
export function formatOfFile(name: string): ImportFormat {
  const format = formats[/\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '']
  if (!format) throw new CannotStart(`${name}: the name of a file ends in .csv, .jsonl or .ndjson.`)
  return format
}

/** The kind in a file's name: `listings` of `listings-koramangala.csv`. `undefined` when none is there. */
export function kindOfFile(name: string, kinds: readonly string[]): string | undefined {
  const beginning = name.toLowerCase()
  const fits = kinds.filter((kind) => beginning.startsWith(kind) && !/[a-z]/.test(beginning.charAt(kind.length)))
  return fits.sort((a, b) => b.length - a.length)[0]
}
