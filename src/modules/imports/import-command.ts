import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { basename } from 'node:path'
import { CannotStart } from '../../platform/cannot-start.ts'
import type { Database } from '../../platform/database/database.ts'
import { type ApplyDeps, applyImport } from './apply-import.ts'
import { listFaults } from './chunk-queries.ts'
import type { CommandTasks, Task } from './command-tasks.ts'
import { formatOfFile, kindOfFile } from './file-kind.ts'
import { mostFaultsKept, type OnFault } from './import.ts'
import type { ImportKind, ImportScope } from './import-kind.ts'
import { readReport } from './list-imports.ts'
import { beginImport, type ReceiveDeps, receiveRows } from './receive-import.ts'
import type { KindsDeps } from './take-upload.ts'

export interface ImportCommandDeps extends ReceiveDeps, ApplyDeps, KindsDeps {
  database: Database
  tasks: CommandTasks
  /** Aborted when the process stops. */
  stopping: AbortSignal
}

/** What `npm run import` asks for, for one file. */
export interface FileToImport {
  /** Absolute. */
  path: string
  kind?: string
  /** A store's code. */
  store?: string
  onFault: OnFault
  isDryRun: boolean
}

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not read it',
  EISDIR: 'it is a folder',
}

async function openFile(path: string): Promise<{ handle: FileHandle; size: number }> {
  try {
    const handle = await open(path)
    const { size, isDirectory } = await handle
      .stat()
      .then((stat) => ({ size: stat.size, isDirectory: stat.isDirectory() }))
    if (!isDirectory) return { handle, size }
    await handle.close()
    throw Object.assign(new Error('a folder'), { code: 'EISDIR' })
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    throw new CannotStart(`${basename(path)} cannot be read: ${reasons[code] ?? `the system says ${code}`}.`)
  }
}

/** The kind of that name. @throws CannotStart that names the others */
export function namedKind({ kinds }: KindsDeps, name: string | undefined, of: string): ImportKind {
  const kind = name === undefined ? undefined : kinds.get(name)
  if (kind) return kind
  const known = [...kinds.keys()].join(', ')
  throw new CannotStart(
    name === undefined
      ? `${of}: say with --kind what its rows are: ${known}.`
      : `There is no kind ${name}. There are: ${known}.`,
  )
}

/** What a command is about besides rows. @throws CannotStart when there is no such store */
export async function scopeOf({ stores }: KindsDeps, store: string | undefined): Promise<ImportScope> {
  if (store === undefined) return {}
  const storeId = await stores?.findIdByCode(store)
  if (storeId === undefined) throw new CannotStart(`There is no store with the code ${store}.`)
  return { storeId }
}

async function* bytesOf(handle: FileHandle, size: number, task: Task): AsyncGenerator<Uint8Array> {
  let seen = 0
  for await (const bytes of createReadStream('', { fd: handle, highWaterMark: 262_144 })) {
    seen += (bytes as Buffer).length
    task.share = size === 0 ? 1 : Math.min(1, seen / size)
    yield bytes as Buffer
  }
}

/**
 * Begins to import a file of this machine: reads it, and applies it here unless another process is quicker. The job in the
 * queue goes on with it when this process dies. The import's id.
 * @throws CannotStart when the file, the kind or the store is not there
 */
export async function startImport(deps: ImportCommandDeps, asked: FileToImport): Promise<string> {
  const fileName = basename(asked.path)
  const name = asked.kind ?? kindOfFile(fileName, [...deps.kinds.keys()])
  const kind = namedKind(deps, name, fileName)
  const scope = await scopeOf(deps, asked.store)
  const format = formatOfFile(fileName)
  const { handle, size } = await openFile(asked.path)
  const { onFault, isDryRun } = asked
  const given = { kind: kind.name, format, onFault, isDryRun, scope, fileName: fileName.slice(0, 200), actorId: null }
  const opened = await beginImport(deps, given).catch(async (error: unknown) => {
    await handle.close()
    throw error
  })
  deps.tasks.begin(opened.id, async (task) => {
    const received = await receiveRows(deps, { kind, opened, bytes: bytesOf(handle, size, task) })
    if (received.status !== 'waiting') return
    await applyImport(deps, { importId: opened.id, signal: deps.stopping, isLastTry: true })
  })
  return opened.id
}

/** How far an import is, as JSON. @throws CannotStart */
export async function importStatus(deps: ImportCommandDeps, id: string): Promise<string> {
  const task = deps.tasks.find(id)
  const report = await readReport(deps, id)
  if (!report) throw new CannotStart('There is no such import.')
  return JSON.stringify({ ...report.given, share: task?.share, failure: task?.failure })
}

/** The report of an import, each fault as JSON. */
export async function importFaults(deps: ImportCommandDeps, id: string): Promise<string[]> {
  const faults = await listFaults(deps.database.background, id, { limit: mostFaultsKept })
  return faults.map((fault) => JSON.stringify(fault))
}
