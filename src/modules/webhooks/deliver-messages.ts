import { type Clock, startStopwatch } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { randomSecret } from '../../platform/ids.ts'
import type { Attempt } from '../../platform/queue/job.ts'
import type { Seal } from '../../platform/seal.ts'
import { type CallResult, callEndpoint, type EndpointCall, longestCallMs } from './call-endpoint.ts'
import { type ComposeDeps, composeMessage } from './compose-message.ts'
import { type Delivery, settleAttempt, takeDue } from './delivery-queries.ts'
import { type DisableDeps, noteOutcome } from './disable-endpoint.ts'
import { pauseAfter } from './endpoint.ts'
import { readEndpoint, type SigningEndpoint } from './endpoint-queries.ts'
import { signedHeaders } from './sign-message.ts'
import type { WebhooksTelemetry } from './webhooks-telemetry.ts'

export interface DeliverDeps extends ComposeDeps, DisableDeps {
  database: Pick<Database, 'background'>
  seal: Pick<Seal, 'open'>
  development: boolean
  resolve?: EndpointCall['resolve']
  clock: Clock
  telemetry: WebhooksTelemetry
}

/** Messages to one endpoint that one process has on their way. */
const atOnce = 8
/** Whoever took a message and died: it is due again after this. */
const leaseMs = longestCallMs + 20_000
const longestRunMs = 30_000

type Running = Pick<Attempt, 'log' | 'signal'>

function secretsOf({ seal, clock }: DeliverDeps, endpoint: SigningEndpoint): string[] {
  const { secret, previousSecret, previousSecretUntil } = endpoint
  const stillSigns = previousSecretUntil !== null && previousSecretUntil.getTime() > clock.now()
  const sealed = stillSigns && previousSecret !== null ? [secret, previousSecret] : [secret]
  return sealed.flatMap((each) => seal.open(each) ?? [])
}

/** One attempt, written down. Whether it was delivered; what was interrupted is due again by itself. */
async function attempt(
  deps: DeliverDeps,
  endpoint: SigningEndpoint,
  delivery: Delivery,
  { log, signal }: Running,
): Promise<boolean> {
  const { database, clock, telemetry } = deps
  const { id, failures } = delivery
  const failed = { status: 'failed', failures, dueAt: null, statusCode: null, responseMs: null } as const
  const body = await composeMessage(deps, delivery)
  if (body === undefined) {
    await settleAttempt(database.background, delivery, { ...failed, failure: 'no such order' })
    return true
  }
  const secrets = secretsOf(deps, endpoint)
  if (secrets.length === 0) {
    telemetry.unsigned(log, endpoint.id)
    await settleAttempt(database.background, delivery, { ...failed, failure: 'secret does not open' })
    return false
  }
  const result = await callEndpoint({
    url: endpoint.url,
    headers: { 'user-agent': 'Blinkit-Webhooks/1', ...signedHeaders({ id, body, at: clock.now() }, secrets) },
    body,
    allowsPrivate: deps.development,
    signal,
    ...(deps.resolve && { resolve: deps.resolve }),
  })
  if (signal.aborted) return false
  const { statusCode } = result
  const isDone = statusCode !== null && statusCode >= 200 && statusCode < 300
  telemetry.attempted(log, { endpointId: endpoint.id, deliveryId: id, attempt: delivery.attempts, ...result }, isDone)
  await settleAttempt(database.background, delivery, { ...afterCall(deps, failures, isDone), ...toldOf(result) })
  await noteOutcome(deps, endpoint, { isDone, isGone: statusCode === 410 }, log)
  return isDone
}

const toldOf = ({ statusCode, responseMs, failure }: CallResult) => ({
  statusCode,
  responseMs,
  failure,
})

function afterCall({ clock }: Pick<DeliverDeps, 'clock'>, failuresBefore: number, isDone: boolean) {
  if (isDone) return { status: 'delivered', failures: 0, dueAt: null } as const
  const failures = failuresBefore + 1
  const pause = pauseAfter(failures, (randomSecret(1)[0] as number) / 255)
  return pause === undefined
    ? ({ status: 'failed', failures, dueAt: null } as const)
    : ({ status: 'waiting', failures, dueAt: new Date(clock.now() + pause) } as const)
}

/** Messages that are due, some at once, until none is, the time is up, or nothing gets through any more. */
async function deliverTo(
  deps: DeliverDeps,
  endpointId: string,
  { running, mayGoOn }: { running: Running; mayGoOn: () => boolean },
): Promise<void> {
  const { database, clock } = deps
  while (mayGoOn()) {
    const endpoint = await readEndpoint(database.background, endpointId)
    if (!endpoint?.isEnabled) return
    const now = clock.now()
    const until = new Date(now + leaseMs)
    const taken = await takeDue(database.background, { endpointId, now: new Date(now), until, limit: atOnce })
    if (taken.length === 0) return
    const done = await Promise.all(taken.map((delivery) => attempt(deps, endpoint, delivery, running)))
    if (!done.includes(true)) return // the rest stays due, and is looked for again in some seconds
  }
}

/**
 * Sends what is due to an endpoint. In one process there is one run for each endpoint, so that a slow one keeps nobody
 * else's messages waiting; asked again meanwhile, that run looks once more.
 */
export function createDeliverer(deps: DeliverDeps) {
  const runs = new Map<string, { isAskedAgain: boolean }>()
  return async (endpointId: string, running: Running): Promise<void> => {
    const other = runs.get(endpointId)
    if (other) {
      other.isAskedAgain = true
      return
    }
    const run = { isAskedAgain: true }
    const elapsed = startStopwatch()
    const mayGoOn = () => !running.signal.aborted && elapsed() < longestRunMs
    runs.set(endpointId, run)
    try {
      while (run.isAskedAgain && mayGoOn()) {
        run.isAskedAgain = false
        await deliverTo(deps, endpointId, { running, mayGoOn })
      }
    } finally {
      runs.delete(endpointId)
    }
  }
}
