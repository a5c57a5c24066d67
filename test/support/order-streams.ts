import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { noteChange } from '../../src/modules/orders/note-change.ts'
import { type AddedEvent, addRefunded, type Step, takeStep } from '../../src/modules/orders/order-event-queries.ts'
import type { OrderStatus } from '../../src/modules/orders/order-status.ts'
import { orderStreamRoutes } from '../../src/modules/orders/order-stream-routes.ts'
import { createOrderStreams, type OrderStreams } from '../../src/modules/orders/order-streams.ts'
import { type ChangeFeed, createChangeFeed } from '../../src/platform/changes/change-feed.ts'
import type { Database, Tx } from '../../src/platform/database/database.ts'
import { inTransaction } from '../../src/platform/database/in-transaction.ts'
import { type StartedAccounts, startAccounts } from './accounts.ts'
import { type EventClient, openEvents } from './event-client.ts'

/** An instance with accounts and streams, listening, as there may be several on one database. */
export interface StartedStreams extends StartedAccounts {
  changes: ChangeFeed
  streams: OrderStreams
  open(path: string, options?: { token?: string; lastEventId?: string | undefined }): Promise<EventClient>
  /** A step of an order, told as the orders tell it. */
  step(orderId: string, to: OrderStatus, options?: Partial<Step>): Promise<AddedEvent>
  refund(orderId: string): Promise<AddedEvent>
  openStreams(): Promise<number>
}

/** Adds a step in somebody's transaction. */
export async function addStep(
  changes: ChangeFeed,
  tx: Tx,
  step: Pick<Step, 'orderId' | 'to'> & Partial<Step>,
): Promise<AddedEvent> {
  const from: OrderStatus[] = ['placed', 'picking', 'packed', 'out_for_delivery', 'arrived']
  const added = await takeStep(tx, { from, actor: 'picker', actorId: 'usr_p', details: {}, now: new Date(), ...step })
  if (!added) throw new Error('the order did not take the step')
  await noteChange({ events: { emit: async () => undefined }, changes }, tx, added)
  return added
}

export async function startStreams(
  database: Database,
  {
    mostForUser = 6,
    mostInAll = 5000,
    read = database,
    secondsBetweenBeats = 15,
  }: { mostForUser?: number; mostInAll?: number; read?: Pick<Database, 'raw'>; secondsBetweenBeats?: number } = {},
): Promise<StartedStreams> {
  let parts: Pick<StartedStreams, 'changes' | 'streams'> | undefined
  const started = await startAccounts(database, {
    async others({ accounts, server, clock, log, metrics }) {
      const changes = createChangeFeed({ database, clock, log })
      const settings = { mostStreamsForUser: mostForUser, mostStreams: mostInAll }
      const streams = createOrderStreams({
        settings,
        database: read,
        changes,
        accounts,
        clock,
        log,
        metrics,
        secondsBetweenBeats,
      })
      const stores = { findStore: async (_on: unknown, id: string) => (id.includes('00000') ? undefined : {}) }
      const deps = { database, clock, stores, streams, authenticate: accounts.authenticate }
      await server.register(orderStreamRoutes(deps), { prefix: '/api' })
      await changes.start()
      parts = { changes, streams }
    },
  })
  if (!parts) throw new Error('the streams were not put behind the server')
  const { changes, streams } = parts
  await started.server.listen({ host: '127.0.0.1', port: 0 })
  const { port } = started.server.server.address() as AddressInfo
  return {
    ...started,
    changes,
    streams,
    async open(path, { token, lastEventId } = {}) {
      for (let attempt = 1; ; attempt += 1) {
        const client = await openEvents(`http://127.0.0.1:${port}/api${path}`, {
          ...(token !== undefined && { token }),
          ...(lastEventId !== undefined && { lastEventId }),
        })
        // The server refuses work while its process is held up, as a machine busy with other tests does to it.
        if (client.headers['retry-after'] !== '2' || attempt === 20) return client
        await sleep(500)
      }
    },
    step: (orderId, to, options = {}) =>
      inTransaction(database.db, (tx) => addStep(changes, tx, { orderId, to, ...options })),
    refund: (orderId) =>
      inTransaction(database.db, async (tx) => {
        const added = await addRefunded(tx, { orderId, details: { amountPaise: 500 }, now: new Date() })
        if (!added) throw new Error('the refund was not noted')
        await noteChange({ events: { emit: async () => undefined }, changes }, tx, added)
        return added
      }),
    async openStreams() {
      const { text } = await started.metrics.expose()
      const counts = [...text.matchAll(/^order_streams_open\{.*\} (\d+)$/gm)].map(([, count]) => Number(count))
      return counts.reduce((sum, count) => sum + count, 0)
    },
    async end() {
      streams.stop()
      await started.server.close()
      changes.stop()
      await started.end()
    },
  }
}
