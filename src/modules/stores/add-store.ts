import type { ChangeFeed } from '../../platform/changes/change-feed.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { constraintOf } from '../../platform/database/statement-error.ts'
import { type IdempotentAnswer, type IdempotentRequest, idempotently } from '../../platform/idempotency/idempotently.ts'
import { newId } from '../../platform/ids.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import { nextStatus, type StoreContent } from './dark-store.ts'
import { areaOf, hoursOf, requireNear } from './read-content.ts'
import { storesTopic } from './serving-stores.ts'
import { storeProblems } from './store-problems.ts'
import { insertStore } from './store-queries.ts'
import { type StoreView, toStoreView } from './store-view.ts'
import type { StoresTelemetry } from './stores-telemetry.ts'

export interface AddStoreDeps {
  database: Pick<Database, 'db'>
  changes: Pick<ChangeFeed, 'note'>
  clock: Clock
  telemetry: StoresTelemetry
}

/** A store as it is submitted: it is closed unless it says otherwise. Hours and area are looked at here. */
export interface NewStore extends Omit<StoreContent, 'status' | 'pauseReason' | 'hours'>, Partial<StatusFields> {
  hours: unknown
  serviceArea: unknown
}

type StatusFields = Pick<StoreContent, 'status' | 'pauseReason'>

export interface AddStoreInput {
  store: NewStore
  /** Without it the store is added each time it is asked for. */
  once?: IdempotentRequest
  actorId?: string
  log: Logger
}

export interface StoreAnswer {
  success: true
  store: StoreView
}

/** @throws store.pause_reason_required, store.not_paused */
export function statusOf(before: StatusFields, change: Partial<StatusFields>): StatusFields {
  const next = nextStatus(before, change)
  if (!('objection' in next)) return next
  throw next.objection === 'notPaused' ? storeProblems.notPaused() : storeProblems.pauseReasonRequired()
}

/** What a broken constraint of the table means. */
export function explainRefusal(error: unknown): unknown {
  return constraintOf(error) === 'stores_code_key' ? storeProblems.codeTaken() : error
}

/**
 * Adds a store; every instance serves from it within a second.
 * @throws store.code_taken, store.invalid, store.hours_invalid, store.area_invalid, store.pause_reason_required, store.not_paused
 */
export async function addStore(
  { database, changes, clock, telemetry }: AddStoreDeps,
  { store, once, actorId, log }: AddStoreInput,
): Promise<IdempotentAnswer<StoreAnswer>> {
  const { serviceArea, hours, ...rest } = store
  const content = { ...rest, hours: hoursOf(hours), ...statusOf({ status: 'closed', pauseReason: null }, rest) }
  const prepared = areaOf(serviceArea)
  requireNear(content.point, prepared.area)
  const id = newId('sto')
  const now = new Date(clock.now())
  const request = once ?? { principal: '', key: undefined, request: undefined }
  try {
    const answer = await idempotently({ database, clock }, request, async (tx) => {
      const added = await insertStore(tx, { id, now, content, prepared })
      await changes.note(tx, storesTopic, [id])
      return { status: 201, body: { success: true as const, store: toStoreView(added) } }
    })
    if (!answer.isReplayed)
      telemetry.storeChanged(log, { kind: 'added', storeId: id, status: content.status, ...(actorId && { actorId }) })
    return answer
  } catch (error) {
    throw explainRefusal(error)
  }
}
