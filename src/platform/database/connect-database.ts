import type { Values } from '../config/section.ts'
import type { Logger } from '../observability/logger.ts'
import type { Metrics } from '../observability/metrics.ts'
import type { Database } from './database.ts'
import type { databaseSettings } from './database-settings.ts'
import { createDatabaseTelemetry } from './database-telemetry.ts'
import { openEmbedded } from './embedded/open-embedded.ts'
import { createDatabase, type Engine } from './engine.ts'
import { migrateDatabase } from './migrate-database.ts'
import { createPostgresEngine } from './postgres.ts'

export interface ConnectDeps {
  log: Logger
  metrics?: Metrics
}

function openEngine(settings: Values<typeof databaseSettings>, { log, metrics }: ConnectDeps): Promise<Engine> {
  const telemetry = createDatabaseTelemetry(log, metrics)
  return settings.url ? createPostgresEngine(settings, telemetry) : openEmbedded(settings.folder, { log, telemetry })
}

/** An engine whose schema is up to date, and which migrations that took. */
async function openMigrated(settings: Values<typeof databaseSettings>, deps: ConnectDeps) {
  const engine = await openEngine(settings, deps)
  try {
    return { engine, applied: await migrateDatabase(engine, deps.log) }
  } catch (error) {
    await engine.close()
    throw error
  }
}

/**
 * Opens PostgreSQL or, when no address is set, the embedded database, and brings its schema up to date.
 * @throws CannotStart with one sentence that holds no secret
 */
export async function connectDatabase(settings: Values<typeof databaseSettings>, deps: ConnectDeps): Promise<Database> {
  const { engine } = await openMigrated(settings, deps)
  return createDatabase(engine)
}

/** Brings the schema up to date and does nothing else. The names of the migrations that it took. @throws CannotStart */
export async function migrate(settings: Values<typeof databaseSettings>, deps: ConnectDeps): Promise<string[]> {
  const { engine, applied } = await openMigrated(settings, deps)
  await engine.close()
  return applied
}
