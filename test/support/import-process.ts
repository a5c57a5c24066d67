import { pino } from 'pino'
import { exportRows } from '../../src/commands/export-rows.ts'
import { importFiles } from '../../src/commands/import-files.ts'
import type { OpenKinds } from '../../src/commands/open-kinds.ts'
import { createImportOperations } from '../../src/modules/imports/index.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { readSection } from '../../src/platform/config/read-section.ts'
import { connectDatabase } from '../../src/platform/database/connect-database.ts'
import { databaseSettings } from '../../src/platform/database/database-settings.ts'
import { createQueue } from '../../src/platform/queue/queue.ts'
import { createFruits, fruitKind } from './import-kinds.ts'
import { storeId } from './imports.ts'

/**
 * Programs with fruits: `import` and `export` are the commands; `serve` has the database, as `npm run dev` has it, says
 * `ready`, and does background work until it is told to stop; `measure <file>` imports a file there and says how much
 * memory that took.
 */
const [program, ...args] = process.argv.slice(2)

const stores = {
  findIdByCode: async (code: string) => (code === 'BLR-1' ? storeId : undefined),
  exists: async (id: string) => id === storeId,
}
const openKinds: OpenKinds = () => ({ kinds: [fruitKind()], stores })

async function serve() {
  const log = pino({ level: 'warn' }, pino.destination(2))
  const settings = readSection(databaseSettings, process.env, { development: true, now: 0 }, [])
  const database = await connectDatabase(settings, { log })
  await database.executeSql(createFruits)
  const queue = createQueue({ database, settings: { inProcess: true, pollSeconds: 1 }, clock: systemClock, log })
  const imports = createImportOperations({
    kinds: [fruitKind()],
    stores,
    database,
    queue,
    clock: systemClock,
    log,
    settings: { maxMegabytes: 1024 },
  })
  await imports.start()
  await queue.start({ work: true })
  database.onCommand(imports.runCommand)
  return {
    imports,
    async close() {
      await queue.stop()
      await imports.close()
      await database.close()
    },
  }
}

/** What is in use behind a collection of garbage, and what the process takes. In MB. */
function memory() {
  globalThis.gc?.()
  const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage()
  return { used: (heapUsed + external + arrayBuffers) / 1e6, rss: rss / 1e6 }
}

async function measure(files: readonly string[]) {
  const { imports, close } = await serve()
  async function run(path: string) {
    const asked = { path, kind: 'fruits', onFault: 'stop', isDryRun: false }
    const [id = ''] = await imports.runCommand(['import', 'start', JSON.stringify(asked)])
    const before = memory()
    const most = { ...before }
    for (;;) {
      const [line = ''] = await imports.runCommand(['import', 'status', id])
      const { used, rss } = memory()
      most.used = Math.max(most.used, used)
      most.rss = Math.max(most.rss, rss)
      const { status, rowsRead, failure } = JSON.parse(line)
      if (failure || /done|refused|abandoned/.test(status)) return { status, rowsRead, failure, before, most }
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
  }
  for (const file of files) process.stdout.write(`${JSON.stringify(await run(file))}\n`)
  await close()
}

if (program === 'import') await importFiles(args, openKinds)
else if (program === 'export') await exportRows(args, openKinds)
else if (program === 'measure') await measure(args)
else {
  const { close } = await serve()
  process.stdout.write('ready\n')
  process.once('SIGTERM', () => void close())
}
