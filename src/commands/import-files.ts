import { basename, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { FaultAt, FileToImport, Import } from '../modules/imports/index.ts'
import { CannotStart } from '../platform/cannot-start.ts'
import { type Ask, askingImports } from './ask-imports.ts'
import type { OpenKinds } from './open-kinds.ts'
import { isAskedForHelp, printFailure } from './run-and-print.ts'
import { showProgress } from './show-progress.ts'

const usage =
  'Use: npm run import -- <file> … [--kind products] [--store BLR-1] [--continue] [--dry-run], with files that end in .csv or .jsonl'
const askEveryMs = 300

function readArguments(args: readonly string[]): FileToImport[] {
  const options = {
    kind: { type: 'string' },
    store: { type: 'string' },
    continue: { type: 'boolean' },
    'dry-run': { type: 'boolean' },
  } as const
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    const { kind, store, continue: goesOn = false, 'dry-run': isDryRun = false } = values
    if (positionals.length === 0) throw new CannotStart(usage)
    return positionals.map((file) => ({
      path: resolve(file),
      ...(kind !== undefined && { kind }),
      ...(store !== undefined && { store }),
      onFault: goesOn ? 'continue' : 'stop',
      isDryRun,
    }))
  } catch {
    throw new CannotStart(usage)
  }
}

type Followed = Import & { share?: number; failure?: string }

async function follow(ask: Ask, id: string, name: string): Promise<Followed> {
  const display = showProgress(name)
  try {
    for (;;) {
      const [line = ''] = await ask(['import', 'status', id])
      const state = JSON.parse(line) as Followed
      if (state.failure !== undefined || ['done', 'refused', 'abandoned'].includes(state.status)) return state
      display.show(state)
      await sleep(askEveryMs)
    }
  } finally {
    display.stop()
  }
}

async function printFaults(ask: Ask, id: string, name: string, found: number): Promise<void> {
  const faults = (await ask(['import', 'faults', id])).map((line) => JSON.parse(line) as FaultAt)
  for (const { line, column, reason } of faults)
    process.stderr.write(`${[name, ...(line > 0 ? [line] : [])].join(':')}: ${column ? `${column}: ` : ''}${reason}\n`)
  if (found > faults.length) process.stderr.write(`${name}: and ${found - faults.length} faults more\n`)
}

const inWords = ({ rowsRead, rowsFaulty, created, changed, unchanged, isDryRun }: Import): string => {
  const kept = `${created} created, ${changed} changed, ${unchanged} unchanged, ${rowsFaulty} left out`
  return `${rowsRead} rows read: ${kept}${isDryRun ? ' (dry run: nothing was kept)' : ''}`
}

/** Imports one file and says what came of it. Whether it was good. */
async function importFile(ask: Ask, file: FileToImport): Promise<boolean> {
  const name = basename(file.path)
  const [id = ''] = await ask(['import', 'start', JSON.stringify(file)])
  const state = await follow(ask, id, name)
  if (state.faultsFound > 0) await printFaults(ask, id, name, state.faultsFound)
  if (state.status === 'done') {
    process.stdout.write(`${name}: ${inWords(state)}\n`)
    return true
  }
  const sentences: Partial<Record<Import['status'], string>> = {
    refused: `refused, nothing was changed. Rows read: ${state.rowsRead}, faulty: ${state.rowsFaulty}`,
    abandoned: `could not be read to its end, nothing was changed: ${state.failure ?? 'its process ended'}`,
  }
  const goesOn = `${state.failure}. The file was read and waits: a server goes on with it (import ${id})`
  process.stderr.write(`${name}: ${sentences[state.status] ?? goesOn}\n`)
  return false
}

/** `npm run import`: one file after the other, until one is refused; then the process ends with 1. */
export async function importFiles(args: readonly string[], openKinds: OpenKinds): Promise<void> {
  try {
    if (isAskedForHelp(args)) return void process.stdout.write(`${usage}\n`)
    const files = readArguments(args)
    await askingImports(openKinds, async (ask) => {
      for (const file of files) {
        if (await importFile(ask, file)) continue
        process.exitCode = 1
        return
      }
    })
  } catch (error) {
    printFailure(error)
  }
}
