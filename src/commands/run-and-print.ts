import type { Config } from '../config.ts'
import { loadConfig } from '../load-config.ts'
import { CannotStart } from '../platform/cannot-start.ts'
import { connectDatabase } from '../platform/database/connect-database.ts'
import type { Database } from '../platform/database/database.ts'
import { askOwner } from '../platform/database/embedded/ask-owner.ts'
import { createLogger, type Logger } from '../platform/observability/logger.ts'
import { Unavailable } from '../platform/unavailable.ts'

interface CommandDeps {
  config: Config
  database: Database
  log: Logger
}

/** Does a command in this process. The lines to print. @throws CannotStart with what is wrong, in a sentence */
type Work = (deps: CommandDeps, command: readonly string[]) => Promise<string[]>

async function run(command: string[], work: Work): Promise<string[]> {
  const config = loadConfig({ embeddedIsDevelopment: true })
  const answer = config.database.url ? undefined : await askOwner(config.database.folder, command)
  if (answer) return answer

  const log = await createLogger({ level: 'warn' }, config)
  const database = await connectDatabase(config.database, { log })
  try {
    return await work({ config, database, log }, command)
  } finally {
    await database.close()
  }
}

export const isAskedForHelp = (args: readonly string[]): boolean => args.includes('--help') || args.includes('-h')

/** Says why a command could not be done, in a sentence where that is known, and has the process end with 1. */
export function printFailure(error: unknown): void {
  const expected = error instanceof CannotStart || error instanceof Unavailable
  process.stderr.write(`${expected ? error.message : (error as Error).stack}\n`)
  process.exitCode = 1
}

/**
 * Does what an operator asks, with the settings of the server: in this process, or in the one that has the embedded
 * database. Prints what came of it; the process ends with 1 when that is a sentence that says what is wrong.
 */
export async function runAndPrint(command: string[], work: Work): Promise<void> {
  try {
    process.stdout.write(`${(await run(command, work)).join('\n')}\n`)
  } catch (error) {
    printFailure(error)
  }
}
