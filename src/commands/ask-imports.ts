import { loadConfig } from '../load-config.ts'
import { createImportOperations } from '../modules/imports/index.ts'
import { CannotStart } from '../platform/cannot-start.ts'
import { systemClock } from '../platform/clock.ts'
import { connectDatabase } from '../platform/database/connect-database.ts'
import { askOwner } from '../platform/database/embedded/ask-owner.ts'
import { createLogger } from '../platform/observability/logger.ts'
import { createQueue } from '../platform/queue/queue.ts'
import type { OpenKinds } from './open-kinds.ts'

/** Has the process do something that has the database: this one, or the one that has the embedded database. */
export type Ask = (command: readonly string[]) => Promise<string[]>

interface Operations {
  ask: Ask
  close(): Promise<void>
}

/** The module over the database of the settings, in this process. Its queue takes jobs and works on none. */
async function openHere(config: ReturnType<typeof loadConfig>, openKinds: OpenKinds): Promise<Operations> {
  const log = await createLogger({ level: 'warn' }, { development: false, stream: process.stderr })
  const database = await connectDatabase(config.database, { log })
  const queue = createQueue({ database, settings: config.queue, clock: systemClock, log })
  const { kinds, stores } = openKinds({ config, database, queue, log })
  const settings = config.imports
  const known = stores && { stores }
  const imports = createImportOperations({ kinds, ...known, database, queue, clock: systemClock, log, settings })
  await imports.start()
  await queue.start({ work: false })
  return {
    ask: imports.runCommand,
    async close() {
      await imports.close()
      await queue.stop()
      await database.close()
    },
  }
}

/** Lends the way to the process that has the database, for as long as the work takes. @throws CannotStart */
export async function askingImports(openKinds: OpenKinds, work: (ask: Ask) => Promise<void>): Promise<void> {
  const config = loadConfig({ embeddedIsDevelopment: true })
  const { url, folder } = config.database
  let here: Operations | undefined
  let isOwned = false
  const ask: Ask = async (command) => {
    if (here) return here.ask(command)
    const answer = url ? undefined : await askOwner(folder, command)
    if (answer) {
      isOwned = true
      return answer
    }
    if (isOwned)
      throw new CannotStart('The program that has the database has ended. Its next start goes on with what was read.')
    here = await openHere(config, openKinds)
    return here.ask(command)
  }
  try {
    await work(ask)
  } finally {
    await here?.close()
  }
}
