import { createHash } from 'node:crypto'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Seal } from '../../platform/seal.ts'
import type { PaymentVendor } from './call-gateway.ts'
import { type EventKey, insertEvent } from './event-queries.ts'
import type { EventCall } from './payment-provider.ts'
import type { PaymentsTelemetry } from './payments-telemetry.ts'

export interface ReceiveEventDeps {
  database: Pick<Database, 'db'>
  clock: Clock
  seal: Seal
  vendors: ReadonlyMap<string, PaymentVendor>
  enqueueEvent(tx: Tx, key: EventKey): Promise<void>
  telemetry: PaymentsTelemetry
}

/** A job processes it; a minute later reconciliation does. */
const graceMs = 60_000

/** What an id may look like. Any other, and none, is replaced by what was said. */
const soundId = /^[!-~]{1,120}$/

/**
 * Writes down what a provider says, with a job that processes it, in one transaction: once that is committed it cannot
 * be lost, and the provider may have its answer. What nobody does anything about is noted without its text.
 *
 * @returns `unknown` when no such provider is set up, `duplicate` when it said so before
 */
export async function receiveEvent(
  { database, clock, seal, vendors, enqueueEvent, telemetry }: ReceiveEventDeps,
  provider: string,
  { headers, body }: Pick<EventCall, 'headers' | 'body'>,
  log: Logger,
): Promise<'taken' | 'duplicate' | 'ignored' | 'forged' | 'unknown'> {
  const vendor = vendors.get(provider)
  const gateway = vendor?.isComplete ? vendor.provider.gateway : undefined
  if (!vendor || !gateway) return 'unknown'
  const { settings } = vendor
  const call = { headers, body, receivedAt: clock.now() }
  const checked = gateway.checkEvent(call, { settings, connection: await vendor.connection() })
  if (checked === 'forged') {
    telemetry.heard(provider, 'forged')
    log.debug({ vendor: provider }, 'payment event was forged') // anyone can cause this line
    return 'forged'
  }

  const text = body.toString()
  const { kind, about } = gateway.readEvent(text, settings)
  const bodyHash = createHash('sha256').update(body).digest()
  const eventId = soundId.test(checked.id ?? '') ? (checked.id ?? '') : bodyHash.toString('hex')
  const isIgnored = about.subject === 'ignored'
  const now = new Date(clock.now())
  const isNew = await inTransaction(database.db, async (tx) => {
    const event = { provider, eventId, kind: kind.slice(0, 80), bodyHash, now }
    if (isIgnored) return insertEvent(tx, { ...event, lookAt: null })
    const lookAt = new Date(now.getTime() + graceMs)
    const isAdded = await insertEvent(tx, { ...event, body: seal.seal(text), lookAt })
    if (isAdded) await enqueueEvent(tx, { provider, eventId })
    return isAdded
  })
  const outcome = isNew ? (isIgnored ? 'ignored' : 'taken') : 'duplicate'
  telemetry.heard(provider, outcome)
  return outcome
}
