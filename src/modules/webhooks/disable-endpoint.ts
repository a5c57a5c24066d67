import type { ChangeFeed } from '../../platform/changes/change-feed.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import { giveUp } from './delivery-queries.ts'
import { type DisabledReason, type Endpoint, longestFailingMs } from './endpoint.ts'
import { webhooksTopic } from './endpoint-book.ts'
import { disableEndpoint, markFailing, markReached } from './endpoint-queries.ts'
import type { WebhooksTelemetry } from './webhooks-telemetry.ts'

export interface DisableDeps {
  database: Pick<Database, 'background'>
  changes: Pick<ChangeFeed, 'note'>
  clock: Clock
  telemetry: Pick<WebhooksTelemetry, 'disabled'>
}

async function disable(deps: DisableDeps, id: string, reason: DisabledReason, log: Logger): Promise<void> {
  const isOurs = await inTransaction(deps.database.background, async (tx) => {
    if (!(await disableEndpoint(tx, id, { reason, now: new Date(deps.clock.now()) }))) return false
    await giveUp(tx, id, 'endpoint disabled')
    await deps.changes.note(tx, webhooksTopic, [id])
    return true
  })
  if (isOurs) deps.telemetry.disabled(log, id, reason)
}

/** Keeps in mind whether anything gets through. What answers 410, or nothing reached for five days, is disabled. */
export async function noteOutcome(
  deps: DisableDeps,
  { id, failingSince }: Pick<Endpoint, 'id' | 'failingSince'>,
  { isDone, isGone }: { isDone: boolean; isGone: boolean },
  log: Logger,
): Promise<void> {
  const { database, clock } = deps
  if (isDone) {
    if (failingSince) await markReached(database.background, id)
    return
  }
  const now = clock.now()
  const since = await markFailing(database.background, id, new Date(now))
  if (isGone) await disable(deps, id, 'gone', log)
  else if (since && now - since.getTime() > longestFailingMs) await disable(deps, id, 'failing', log)
}
