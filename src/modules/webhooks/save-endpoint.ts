import type { ChangeFeed } from '../../platform/changes/change-feed.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { newId, randomSecret } from '../../platform/ids.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Seal } from '../../platform/seal.ts'
import type { Caller } from '../accounts/index.ts'
import { giveUp } from './delivery-queries.ts'
import { type Endpoint, previousSecretMs } from './endpoint.ts'
import { webhooksTopic } from './endpoint-book.ts'
import {
  countEndpoints,
  deleteEndpoint,
  type EndpointFields,
  insertEndpoint,
  lockEndpoint,
  replaceSecret,
  updateEndpoint,
} from './endpoint-queries.ts'
import { requireOwn, requireStores } from './find-endpoint.ts'
import { urlFault } from './public-address.ts'
import { secretPrefix } from './sign-message.ts'
import { mostEndpoints, webhookProblems } from './webhook-problems.ts'
import type { WebhooksTelemetry } from './webhooks-telemetry.ts'

export interface SaveEndpointDeps {
  database: Pick<Database, 'db'>
  changes: Pick<ChangeFeed, 'note'>
  seal: Pick<Seal, 'seal'>
  development: boolean
  clock: Clock
  telemetry: Pick<WebhooksTelemetry, 'endpointChanged'>
}

/** Whoever asks, and where it is told. */
export interface Asking {
  caller: Caller
  log: Logger
}

const newSecret = (): string => secretPrefix + randomSecret(32).toString('base64')

function requireUrl({ development }: Pick<SaveEndpointDeps, 'development'>, url: string): void {
  const reason = urlFault(url, { development })
  if (reason !== undefined) throw webhookProblems.urlRefused({ reason: `it ${reason}` })
}

/**
 * Has messages sent to an address from a second later on. The secret is told here and never again.
 * @throws request.forbidden, webhook.url_refused, webhook.too_many
 */
export async function addEndpoint(
  deps: SaveEndpointDeps,
  fields: EndpointFields,
  { caller, log }: Asking,
): Promise<{ endpoint: Endpoint; secret: string }> {
  requireStores(caller, fields)
  requireUrl(deps, fields.url)
  const secret = newSecret()
  const endpoint = await inTransaction(deps.database.db, async (tx) => {
    if ((await countEndpoints(tx)) >= mostEndpoints) throw webhookProblems.tooMany()
    const now = new Date(deps.clock.now())
    const id = newId('whe')
    await deps.changes.note(tx, webhooksTopic, [id])
    return insertEndpoint(tx, { ...fields, id }, { secret: deps.seal.seal(secret), createdBy: caller.userId, now })
  })
  deps.telemetry.endpointChanged(log, 'added', { endpointId: endpoint.id, actorId: caller.userId })
  return { endpoint, secret }
}

/**
 * Changes what is given. What waits for an endpoint that is disabled is given up, and can be replayed.
 * @throws webhook.no_such_endpoint, request.forbidden, webhook.url_refused
 */
export async function changeEndpoint(
  deps: SaveEndpointDeps,
  id: string,
  changes: Partial<EndpointFields>,
  { caller, log }: Asking,
): Promise<Endpoint> {
  const endpoint = await inTransaction(deps.database.db, async (tx) => {
    const before = requireOwn(caller, await lockEndpoint(tx, id))
    const fields = { ...before, ...changes }
    requireStores(caller, fields)
    if (changes.url !== undefined) requireUrl(deps, changes.url)
    if (!fields.isEnabled) await giveUp(tx, id, 'endpoint disabled')
    await deps.changes.note(tx, webhooksTopic, [id])
    return updateEndpoint(tx, id, fields, new Date(deps.clock.now()))
  })
  deps.telemetry.endpointChanged(log, 'changed', { endpointId: id, actorId: caller.userId })
  return endpoint
}

/** Ends it, and forgets what was sent there. @throws webhook.no_such_endpoint */
export async function removeEndpoint(deps: SaveEndpointDeps, id: string, { caller, log }: Asking): Promise<void> {
  await inTransaction(deps.database.db, async (tx) => {
    requireOwn(caller, await lockEndpoint(tx, id))
    await deps.changes.note(tx, webhooksTopic, [id])
    await deleteEndpoint(tx, id)
  })
  deps.telemetry.endpointChanged(log, 'removed', { endpointId: id, actorId: caller.userId })
}

/**
 * A new secret, told here and never again. The one before signs beside it for 24 hours; one before that, no more.
 * @throws webhook.no_such_endpoint
 */
export async function rotateSecret(
  deps: SaveEndpointDeps,
  id: string,
  { caller, log }: Asking,
): Promise<{ secret: string; previousUntil: Date }> {
  const secret = newSecret()
  const now = new Date(deps.clock.now())
  const previousUntil = new Date(now.getTime() + previousSecretMs)
  await inTransaction(deps.database.db, async (tx) => {
    requireOwn(caller, await lockEndpoint(tx, id))
    await replaceSecret(tx, id, { secret: deps.seal.seal(secret), previousUntil, now })
  })
  deps.telemetry.endpointChanged(log, 'secret replaced', { endpointId: id, actorId: caller.userId })
  return { secret, previousUntil }
}
