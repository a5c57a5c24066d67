import type { Tx } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { editProblems } from '../../platform/http/etag.ts'
import { httpProblems } from '../../platform/http/http-problems.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import { type Caller, hasAnyRole, mayActIn } from '../accounts/index.ts'
import { type AddStoreDeps, explainRefusal, statusOf } from './add-store.ts'
import { type DarkStore, type DetailedStore, managersFields, type StoreContent } from './dark-store.ts'
import { areaOf, hoursOf, requireNear } from './read-content.ts'
import { storesTopic } from './serving-stores.ts'
import { storeProblems } from './store-problems.ts'
import { lockStore, readStore, updateStore } from './store-queries.ts'

/** What is absent stays as it is. */
export interface StoreChange extends Partial<Omit<StoreContent, 'hours'>> {
  hours?: unknown
  serviceArea?: unknown
  /** Brings an archived store back. */
  archived?: false
}

export interface ChangeStoreInput {
  id: string
  /** The version that it is changed from. */
  version: number
  caller: Caller
  change: StoreChange
  log: Logger
}

/** A store that is locked in the version that somebody saw. @throws store.not_found, edit.conflict */
async function lockVersion(tx: Tx, { id, version }: { id: string; version: number }): Promise<DarkStore> {
  const store = await lockStore(tx, id)
  if (!store) throw storeProblems.notFound()
  if (store.version !== version) throw editProblems.conflict()
  return store
}

/**
 * Changes a store, on behalf of an admin, or of a manager of the store, who may change its status and hours. Every instance goes
 * by it within a second.
 * @throws store.not_found, edit.conflict, request.forbidden, store.code_taken, store.invalid, store.hours_invalid, store.area_invalid,
 *   store.pause_reason_required, store.not_paused
 */
export async function changeStore(
  { database, changes, clock, telemetry }: AddStoreDeps,
  { id, version, caller, change, log }: ChangeStoreInput,
): Promise<DetailedStore> {
  if (!mayActIn(caller, id)) throw httpProblems.forbidden()
  if (!hasAnyRole(caller, ['admin']) && Object.keys(change).some((field) => !managersFields.includes(field)))
    throw httpProblems.forbidden({ message: `A store manager changes ${managersFields.join(', ')} and nothing else` })
  const { hours, serviceArea, archived, ...fields } = change
  const newHours = hours === undefined ? undefined : hoursOf(hours)
  const prepared = serviceArea === undefined ? undefined : areaOf(serviceArea)
  const now = new Date(clock.now())
  try {
    const store = await inTransaction(database.db, async (tx) => {
      const before = await lockVersion(tx, { id, version })
      const content = { ...before, ...fields, ...(newHours && { hours: newHours }), ...statusOf(before, fields) }
      const area = prepared?.area ?? (fields.point && (await readStore(tx, id))?.serviceArea)
      if (area) requireNear(content.point, area)
      const archivedAt = archived === false ? null : before.archivedAt
      const changed = await updateStore(tx, { id, version, now, content, ...(prepared && { prepared }), archivedAt })
      await changes.note(tx, storesTopic, [id])
      return changed
    })
    telemetry.storeChanged(log, { kind: 'changed', storeId: id, status: store.status, actorId: caller.userId })
    return store
  } catch (error) {
    throw explainRefusal(error)
  }
}

/**
 * Archives a store: nobody is served from it, and lists leave it out. One that is archived stays as it is.
 * @throws store.not_found, edit.conflict
 */
export async function archiveStore(
  { database, changes, clock, telemetry }: AddStoreDeps,
  { id, version, caller, log }: Omit<ChangeStoreInput, 'change'>,
): Promise<void> {
  const now = new Date(clock.now())
  const status = await inTransaction(database.db, async (tx) => {
    const before = await lockVersion(tx, { id, version })
    if (before.archivedAt) return undefined
    await updateStore(tx, { id, version, now, content: before, archivedAt: now })
    await changes.note(tx, storesTopic, [id])
    return before.status
  })
  if (status) telemetry.storeChanged(log, { kind: 'archived', storeId: id, status, actorId: caller.userId })
}
