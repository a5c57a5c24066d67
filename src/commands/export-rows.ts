import { createReadStream, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { FileToExport, ImportFormat } from '../modules/imports/index.ts'
import { CannotStart } from '../platform/cannot-start.ts'
import { type Ask, askingImports } from './ask-imports.ts'
import type { OpenKinds } from './open-kinds.ts'
import { isAskedForHelp, printFailure } from './run-and-print.ts'

const usage = 'Use: npm run export -- <kind> [--store BLR-1] [--format csv|jsonl] [--out file]'
const askEveryMs = 200

type Asked = Omit<FileToExport, 'path'> & { out?: string }

function readArguments(args: readonly string[]): Asked {
  const options = { store: { type: 'string' }, format: { type: 'string' }, out: { type: 'string' } } as const
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    const { store, format = 'csv', out } = values
    const [kind] = positionals
    if (kind === undefined || positionals.length > 1 || !/^(?:csv|jsonl)$/.test(format)) throw new CannotStart(usage)
    const named = { ...(store !== undefined && { store }), ...(out !== undefined && { out: resolve(out) }) }
    return { kind, format: format as ImportFormat, ...named }
  } catch {
    throw new CannotStart(usage)
  }
}

async function write(ask: Ask, file: FileToExport): Promise<number> {
  const [id = ''] = await ask(['export', 'start', JSON.stringify(file)])
  for (;;) {
    const [line = ''] = await ask(['export', 'status', id])
    const { rows, failure, isOver } = JSON.parse(line) as { rows: number; failure?: string; isOver: boolean }
    if (failure !== undefined) throw new CannotStart(`The export broke off: ${failure}.`)
    if (isOver) return rows
    await sleep(askEveryMs)
  }
}

/**
 * `npm run export`: to a file, or to standard output. Whoever has the database writes the file, which is there when it is
 * whole; what goes to standard output is in a file of its own until then.
 */
export async function exportRows(args: readonly string[], openKinds: OpenKinds): Promise<void> {
  let folder: string | undefined
  try {
    if (isAskedForHelp(args)) return void process.stdout.write(`${usage}\n`)
    const { out, ...asked } = readArguments(args)
    if (out !== undefined && statSync(out, { throwIfNoEntry: false })?.isDirectory())
      throw new CannotStart(`${out} is a folder: name a file for --out.`)
    folder = out === undefined ? await mkdtemp(join(tmpdir(), 'export-')) : undefined
    const path = out ?? join(folder ?? '', 'rows')
    await askingImports(openKinds, async (ask) => {
      const rows = await write(ask, { ...asked, path })
      process.stderr.write(`${asked.kind}: ${rows} rows\n`)
    })
    if (out === undefined) await pipeline(createReadStream(path), process.stdout, { end: false })
  } catch (error) {
    printFailure(error)
  } finally {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
  }
}
