import type { Database } from '../../platform/database/database.ts'
import { wrongCursor } from '../../platform/http/explain-malformed.ts'
import { type PageRequest, pageOf } from '../../platform/http/pagination.ts'
import { type Caller, hasAnyRole } from '../accounts/index.ts'
import { type ListedFault, listFaults } from './chunk-queries.ts'
import { type Import, mostFaultsKept } from './import.ts'
import { importProblems } from './import-problems.ts'
import { readImport, listImports as readImports } from './import-queries.ts'
import type { ImportReport, RunningImports } from './running-imports.ts'

export interface ListImportsDeps {
  database: Pick<Database, 'db'>
  running: Pick<RunningImports, 'find'>
}

type Asking = Pick<Caller, 'userId' | 'roles'>
interface Page<Item> {
  items: readonly Item[]
  nextCursor: string | null
}

const shownFaults = 100
const seesAll = (caller: Asking): boolean => hasAnyRole(caller, ['admin'])

/** Somebody's own imports, all of them for an admin; the latest first. */
export async function listImports(
  { database }: ListImportsDeps,
  { caller, page }: { caller: Asking; page: PageRequest },
): Promise<Page<Import>> {
  const before = page.after?.[0]
  const rows = await readImports(database.db, {
    ...(!seesAll(caller) && { actorId: caller.userId }),
    ...(before !== undefined && { before }),
    limit: page.limit + 1,
  })
  return pageOf(rows, page, ({ id }) => [id])
}

/**
 * An import and the beginning of its report. One that this process applies is told from memory, with the rows applied so
 * far: its transaction may have the whole database. `undefined` when there is none.
 */
export async function readReport(
  { database, running }: ListImportsDeps,
  id: string,
): Promise<ImportReport | undefined> {
  const shown = running.find(id)
  if (shown) return shown
  const given = await readImport(database.db, id)
  return given && { given, faults: await listFaults(database.db, id, { limit: shownFaults }) }
}

/** @throws import.not_found, of somebody else's too */
export async function findReport(
  deps: ListImportsDeps,
  { caller, id }: { caller: Asking; id: string },
): Promise<ImportReport> {
  const report = await readReport(deps, id)
  if (!report || !(seesAll(caller) || report.given.actorId === caller.userId)) throw importProblems.notFound()
  return report
}

/** Faults in the order in which they were found. @throws import.not_found; request.malformed for a cursor that is none of ours */
export async function listReport(
  deps: ListImportsDeps,
  { caller, id, page }: { caller: Asking; id: string; page: PageRequest },
): Promise<Page<ListedFault>> {
  await findReport(deps, { caller, id })
  const after = Number(page.after?.[0] ?? 0)
  if (!Number.isInteger(after) || after > mostFaultsKept) throw wrongCursor()
  const faults = await listFaults(deps.database.db, id, { after, limit: page.limit + 1 })
  return pageOf(faults, page, ({ number }) => [String(number)])
}
