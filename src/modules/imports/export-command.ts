import { open, rename, rm } from 'node:fs/promises'
import { CannotStart } from '../../platform/cannot-start.ts'
import type { Database } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import type { CommandTasks } from './command-tasks.ts'
import { exportRows } from './export-rows.ts'
import type { ImportFormat } from './import.ts'
import { namedKind, scopeOf } from './import-command.ts'
import type { KindsDeps } from './take-upload.ts'

export interface ExportCommandDeps extends KindsDeps {
  database: Database
  tasks: CommandTasks
}

/** What `npm run export` asks for. */
export interface FileToExport {
  kind: string
  format: ImportFormat
  /** A store's code. */
  store?: string
  /** Absolute. */
  path: string
}

/** Begins to write a file, which is there when it is whole. An id to ask by. @throws CannotStart */
export async function startExport(deps: ExportCommandDeps, asked: FileToExport): Promise<string> {
  const kind = namedKind(deps, asked.kind, '')
  const scope = await scopeOf(deps, asked.store)
  const id = newId('exp')
  const own = `${asked.path}.${id}`
  const file = await open(own, 'wx', 0o600).catch(({ code }: NodeJS.ErrnoException) => {
    throw new CannotStart(`${asked.path} cannot be written: the system says ${code}.`)
  })
  deps.tasks.begin(id, async (task) => {
    try {
      const onRows = (count: number) => {
        task.rows = count
      }
      for await (const text of exportRows(deps, { kind, scope, format: asked.format, onRows })) await file.write(text)
      await file.close()
      await rename(own, asked.path)
    } catch (error) {
      await file.close().catch(() => undefined)
      await rm(own, { force: true })
      throw error
    }
  })
  return id
}

/** How far an export is, as JSON. @throws CannotStart */
export function exportStatus({ tasks }: ExportCommandDeps, id: string): string {
  const task = tasks.find(id)
  if (!task) throw new CannotStart('There is no such export.')
  const { rows, failure, isOver } = task
  return JSON.stringify({ rows, failure, isOver })
}
