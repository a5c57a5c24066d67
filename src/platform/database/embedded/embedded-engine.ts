import type { PGlite } from '@electric-sql/pglite'
import { type DatabaseTelemetry, reasonOf } from '../database-telemetry.ts'
import type { Engine } from '../engine.ts'
import { isInTransaction } from '../in-transaction.ts'
import type { Session } from '../session.ts'
import { endsServer, isOutage, translate } from '../statement-error.ts'
import { parsers } from '../value-types.ts'
import { createTurns } from './turns.ts'

const patienceMs = 2000
const backgroundPatienceMs = 60_000

/** PGlite reads values itself, and what it cannot make text of it refuses with a plain error. */
const isCallersFault = (error: unknown): boolean =>
  error instanceof Error && !('code' in error) && !endsServer(error) && !error.message.startsWith('PGlite is clos')

/** An engine over a running PGlite, which nobody else uses. It has one session, so callers take turns. */
export function createEmbeddedEngine(pglite: PGlite, telemetry?: DatabaseTelemetry): Engine {
  const turns = createTurns()
  telemetry?.watchSessions(() => ({ all: turns.counts() }))

  let stopped: unknown

  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    if (stopped) throw translate(stopped)
    try {
      const result = await work()
      telemetry?.answered()
      return result
    } catch (error) {
      if (isCallersFault(error)) throw error
      if (isOutage(error)) telemetry?.failed(reasonOf(error), error)
      if (endsServer(error)) {
        stopped = error
        telemetry?.stopped(error)
      }
      throw translate(error)
    }
  }

  const connectWithin = (longestMs: number) => async (): Promise<Session> => {
    const inside = isInTransaction()
    const endTurn = await turns.take(longestMs).catch((error: unknown) => {
      telemetry?.failed('no_session', error)
      if (!inside()) throw error
      throw new Error('Inside inTransaction every statement runs on its tx: the embedded database has one session.')
    })
    let beginning: string | undefined
    let begun: Promise<unknown> | undefined
    return {
      query: (sql, values = []) =>
        attempt(async () => {
          if (beginning !== undefined) begun = pglite.exec(beginning)
          beginning = undefined
          await begun // all wait for it, so that those that come at once stay in their order
          const { rows, command = '', rowCount = null } = await pglite.query(sql, [...values], { parsers })
          return { rows, command, rowCount }
        }),
      begin(sql) {
        beginning = sql
      },
      run: (sql) => attempt(async () => ({ rows: (await pglite.exec(sql, { parsers })).flatMap(({ rows }) => rows) })),
      release() {
        if (stopped || pglite.closed || !pglite.isInTransaction()) return endTurn()
        pglite.exec('rollback').then(endTurn, endTurn)
      },
    }
  }

  return {
    kind: 'embedded',
    connect: connectWithin(patienceMs),
    connectInBackground: connectWithin(backgroundPatienceMs),
    connectToMigrate: connectWithin(backgroundPatienceMs),
    onCommand: () => undefined,
    isWaitedFor: () => false, // its one session serves background work too, in the order of coming
    async close() {
      const endTurn = await turns.take(backgroundPatienceMs)
      if (!stopped) await pglite.close()
      endTurn()
    },
  }
}
