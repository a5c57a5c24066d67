import type { Clock } from '../../platform/clock.ts'
import type { Values } from '../../platform/config/section.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Metrics } from '../../platform/observability/metrics.ts'
import { errorWords } from '../../platform/queue/error-words.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import { applyImport } from './apply-import.ts'
import { abandonImports, forgetOldImports } from './clean-up-imports.ts'
import { createCommandTasks } from './command-tasks.ts'
import type { ImportKind } from './import-kind.ts'
import type { importsSettings } from './imports-settings.ts'
import { createImportsTelemetry } from './imports-telemetry.ts'
import { runCommand } from './run-command.ts'
import { createRunningImports } from './running-imports.ts'
import type { KnownStores } from './take-upload.ts'

export interface ImportOperationsDeps {
  kinds: readonly ImportKind[]
  database: Database
  queue: Pick<Queue, 'define' | 'schedule' | 'enqueue'>
  clock: Clock
  log: Logger
  metrics?: Metrics
  settings: Values<typeof importsSettings>
  /** Without them no store of a scope is looked up, and no command can name one. */
  stores?: KnownStores
}

/** Imports as far as no request is needed for them. */
export interface ImportOperations {
  /** What `npm run import` and `npm run export` ask for, when this process has the database. @throws CannotStart */
  runCommand(command: readonly string[]): Promise<string[]>
  /** Before requests come. @throws Unavailable */
  start(): Promise<void>
  /** Rolls back what this process applies; the queue goes on with it. Before the database closes. */
  close(): Promise<void>
}

const mebibyte = 1_048_576
const hour = 3600
/** With a fault of ours. An outage of the database is waited for twenty times. */
const mostTries = 3

/** Puts the module together, and defines its jobs. */
export function createImportParts(deps: ImportOperationsDeps) {
  const { database, queue, clock, log, metrics, settings } = deps
  const stopping = new AbortController()
  const telemetry = createImportsTelemetry(log, metrics)
  const common = {
    database,
    queue,
    clock,
    telemetry,
    kinds: new Map(deps.kinds.map((kind) => [kind.name, kind])),
    running: createRunningImports(),
    uploads: { count: 0 },
    mostBytes: settings.maxMegabytes * mebibyte,
    stopping: stopping.signal,
    tasks: createCommandTasks((error) => {
      log.error({ reason: errorWords(error) }, 'a command failed')
      return errorWords(error)
    }),
    ...(deps.stores && { stores: deps.stores }),
  }
  const applyJob = queue.define<{ importId: string }>({
    name: 'imports/apply',
    retries: 20,
    backoff: { firstSeconds: 2, longestSeconds: 300 },
    expireInSeconds: 6 * hour,
    atOnce: 1, // each holds one of the two sessions for background work
    handle: ({ importId }, { signal, attempt }) =>
      applyImport(common, {
        importId,
        signal: AbortSignal.any([signal, stopping.signal]),
        isLastTry: attempt >= mostTries,
      }),
  })
  queue.schedule({ name: 'imports/abandon', everySeconds: 60, handle: () => abandonImports(common) })
  queue.schedule({ name: 'imports/clean-up', everySeconds: hour, handle: () => forgetOldImports(common) })
  const parts = { ...common, applyJob }

  const operations: ImportOperations = {
    runCommand: (command) => runCommand(parts, command),
    async start() {
      if (database.kind === 'embedded') await abandonImports(common, { all: true })
    },
    async close() {
      stopping.abort(new Error('the process stops'))
      await parts.tasks.settled()
    },
  }
  return { ...parts, operations }
}
