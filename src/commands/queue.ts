import { CannotStart } from '../platform/cannot-start.ts'
import { systemClock } from '../platform/clock.ts'
import { loadEnvFile } from '../platform/config/load-env-file.ts'
import { readSection } from '../platform/config/read-section.ts'
import { connectDatabase } from '../platform/database/connect-database.ts'
import { databaseSettings } from '../platform/database/database-settings.ts'
import { askOwner } from '../platform/database/embedded/ask-owner.ts'
import { createLogger } from '../platform/observability/logger.ts'
import { createQueue } from '../platform/queue/queue.ts'
import { runQueueCommand } from '../platform/queue/queue-command.ts'
import { Unavailable } from '../platform/unavailable.ts'

/** `npm run queue -- dead | retry <id> … | retry --all`. Needs no settings besides those of the database. */
async function run(args: string[]): Promise<string[]> {
  loadEnvFile('.env')
  const faults: string[] = []
  const development = process.env['NODE_ENV']?.trim().toLowerCase() === 'development'
  const settings = readSection(databaseSettings, process.env, { development, now: systemClock.now() }, faults)
  if (faults.length > 0) throw new CannotStart(faults.join('\n'))

  const answer = settings.url ? undefined : await askOwner(settings.folder, ['queue', ...args])
  if (answer) return answer

  const log = await createLogger({ level: 'warn' }, { development })
  const database = await connectDatabase(settings, { log })
  const queue = createQueue({ database, settings: { inProcess: false, pollSeconds: 60 }, clock: systemClock, log })
  try {
    await queue.start({ work: false })
    return await runQueueCommand(queue, args)
  } finally {
    await queue.stop()
    await database.close()
  }
}

run(process.argv.slice(2)).then(
  (lines) => console.log(lines.join('\n')),
  (error: unknown) => {
    const expected = error instanceof CannotStart || error instanceof Unavailable
    console.error(expected ? error.message : error)
    process.exitCode = 1
  },
)
