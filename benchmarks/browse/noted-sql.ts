import { AsyncLocalStorage } from 'node:async_hooks'
import { pino } from 'pino'
import { readSection } from '../../src/platform/config/read-section.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { databaseSettings } from '../../src/platform/database/database-settings.ts'
import { createDatabaseTelemetry } from '../../src/platform/database/database-telemetry.ts'
import { createDatabase } from '../../src/platform/database/engine.ts'
import { createPostgresEngine } from '../../src/platform/database/postgres.ts'

export interface NotedStatement {
  sql: string
  values: readonly unknown[]
}

export interface NotingDatabase {
  database: Database
  /** The statements that some work makes; those of others meanwhile are not noted. */
  note(work: () => Promise<unknown>): Promise<NotedStatement[]>
}

/** A database of the service that notes what it is asked: so floors run the service's own statements. */
export async function openNoting(url: string): Promise<NotingDatabase> {
  const settings = readSection(databaseSettings, { DATABASE_URL: url }, { development: false, now: 0 }, [])
  const engine = await createPostgresEngine(settings, createDatabaseTelemetry(pino({ level: 'silent' })))
  const around = new AsyncLocalStorage<NotedStatement[]>()
  const database = createDatabase({
    ...engine,
    async connect() {
      const session = await engine.connect()
      const noted = around.getStore()
      return {
        ...session,
        query(sql, values = [], name) {
          noted?.push({ sql, values })
          return session.query(sql, values, name)
        },
        begin(sql) {
          noted?.push({ sql, values: [] })
          session.begin(sql)
        },
      }
    },
  })
  return {
    database,
    async note(work) {
      const noted: NotedStatement[] = []
      await around.run(noted, async () => void (await work())) // some work begins when it is waited for
      return noted
    },
  }
}
