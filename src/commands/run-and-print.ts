import { loadConfig } from '../load-config.ts'
import { runOperatorCommand } from '../modules/accounts/index.ts'
import { CannotStart } from '../platform/cannot-start.ts'
import { systemClock } from '../platform/clock.ts'
import { connectDatabase } from '../platform/database/connect-database.ts'
import { askOwner } from '../platform/database/embedded/ask-owner.ts'
import { createLogger } from '../platform/observability/logger.ts'
import { createPhoneParser, isCountry } from '../platform/phone.ts'
import { Unavailable } from '../platform/unavailable.ts'

async function run(command: string[]): Promise<string[]> {
  const { database: settings, signIn, secretKey, development } = loadConfig()
  const answer = settings.url ? undefined : await askOwner(settings.folder, command)
  if (answer) return answer

  const database = await connectDatabase(settings, { log: await createLogger({ level: 'warn' }, { development }) })
  const parsePhone = createPhoneParser(signIn.countries.filter(isCountry))
  try {
    return await runOperatorCommand({ database, parsePhone, secretKey, clock: systemClock }, command)
  } finally {
    await database.close()
  }
}

/**
 * Has accounts do what an operator asks, with the settings of the server: in this process, or in the one that has the
 * embedded database. Prints what came of it; the process ends with 1 when that is a sentence that says what is wrong.
 */
export async function runAndPrint(command: string[]): Promise<void> {
  try {
    process.stdout.write(`${(await run(command)).join('\n')}\n`)
  } catch (error) {
    const expected = error instanceof CannotStart || error instanceof Unavailable
    process.stderr.write(`${expected ? error.message : (error as Error).stack}\n`)
    process.exitCode = 1
  }
}
