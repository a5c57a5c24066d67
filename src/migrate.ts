import { CannotStart } from './platform/cannot-start.ts'
import { loadEnvFile } from './platform/config/load-env-file.ts'
import { readSection } from './platform/config/read-section.ts'
import { migrate } from './platform/database/connect-database.ts'
import { databaseSettings } from './platform/database/database-settings.ts'
import { createLogger } from './platform/observability/logger.ts'

/** `npm run migrate`: brings the database up to date. Needs no settings besides those of the database. */
async function run(): Promise<void> {
  loadEnvFile('.env')
  const faults: string[] = []
  const development = process.env['NODE_ENV']?.trim().toLowerCase() === 'development'
  const settings = readSection(databaseSettings, process.env, { development, now: 0 }, faults)
  if (faults.length > 0) throw new CannotStart(faults.join('\n'))
  const applied = await migrate(settings, { log: await createLogger({ level: 'warn' }, { development }) })
  console.log(applied.length > 0 ? `Applied: ${applied.join(', ')}` : 'The database was up to date.')
}

run().catch((error: unknown) => {
  console.error(error instanceof CannotStart ? error.message : error)
  process.exitCode = 1
})
