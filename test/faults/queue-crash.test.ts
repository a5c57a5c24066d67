import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, describe, test } from 'node:test'
import { anEmptyDatabase, postgresMissing } from '../support/databases.ts'
import { bareEnv } from '../support/processes.ts'
import { until } from '../support/queues.ts'

const project = join(import.meta.dirname, '../..')
const root = mkdtempSync(join(tmpdir(), 'queue-'))
after(() => rmSync(root, { recursive: true, force: true }))

/**
 * A worker. The jobs it is told to enqueue it says when they are committed; what it begins it says too. Told to hang, it
 * never ends a job.
 */
const program = `
  import { pino } from 'pino'
  import { systemClock } from './src/platform/clock.ts'
  import { readSection } from './src/platform/config/read-section.ts'
  import { connectDatabase } from './src/platform/database/connect-database.ts'
  import { databaseSettings } from './src/platform/database/database-settings.ts'
  import { inTransaction } from './src/platform/database/in-transaction.ts'
  import { createQueue } from './src/platform/queue/queue.ts'
  const [count, hangs] = process.argv.slice(1).map(Number)
  const log = pino({ level: 'silent' })
  const settings = readSection(databaseSettings, process.env, { development: true, now: 0 }, [])
  const database = await connectDatabase(settings, { log })
  const queue = createQueue({ database, settings: { inProcess: true, pollSeconds: 2 }, clock: systemClock, log })
  const job = queue.define({
    name: 'pack',
    backoff: { firstSeconds: 1, longestSeconds: 1 },
    expireInSeconds: 600,
    handle: async ({ id }, { attempt }) => {
      process.stdout.write('began ' + id + ' ' + attempt + '\\n')
      if (hangs) await new Promise(() => undefined)
      process.stdout.write('done ' + id + '\\n')
    },
  })
  await queue.start({ work: true })
  for (let id = 1; id <= count; id += 1) await inTransaction(database.db, (tx) => queue.enqueue(tx, job, { id }))
  process.stdout.write('ready\\n')
  process.on('SIGTERM', async () => {
    await queue.stop()
    await database.close()
  })
`

interface WorkerProcess {
  child: ChildProcess
  lines: string[]
  said(line: string): boolean
  /** Resolves with its exit code, or the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | string>
}

const workers: WorkerProcess[] = []
after(() => Promise.all(workers.map((worker) => worker.end('SIGKILL'))))

function startWorker(env: Record<string, string>, { count = 0, hangs = false } = {}): WorkerProcess {
  const args = ['--input-type=module-typescript', '--eval', program, String(count), String(Number(hangs))]
  const child = spawn(process.execPath, args, {
    cwd: project,
    env: { ...bareEnv, NODE_ENV: 'development', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit').then(([code, signal]) => code ?? signal)
  const lines: string[] = []
  createInterface(child.stdout).on('line', (line) => void lines.push(line))
  const worker: WorkerProcess = {
    child,
    lines,
    said: (line) => lines.includes(line),
    async end(signal) {
      child.kill(signal)
      return ended
    },
  }
  workers.push(worker)
  return worker
}

const began = (worker: WorkerProcess) => worker.lines.filter((line) => line.startsWith('began'))
const done = (worker: WorkerProcess) => worker.lines.filter((line) => line.startsWith('done')).sort()

/** Six jobs, of which one process begins four and is killed. Another must do them all. */
async function survivesKill(env: Record<string, string>, withinMs: number): Promise<void> {
  const first = startWorker(env, { count: 6, hangs: true })
  await until(() => first.said('ready') && began(first).length === 4, 30_000)
  await first.end('SIGKILL')
  const heir = startWorker(env)
  await until(() => done(heir).length === 6, withinMs)
  assert.deepEqual(
    done(heir),
    [1, 2, 3, 4, 5, 6].map((id) => `done ${id}`),
  )
  const attempts = [...began(first), ...began(heir)]
  assert.equal(new Set(attempts).size, attempts.length, `an attempt ran twice: ${attempts}`)
  assert.equal(await heir.end('SIGTERM'), 0)
}

describe('kill -9 of a worker', () => {
  test('loses no job on PostgreSQL: another worker has them within 40 s', {
    skip: postgresMissing,
  }, async (context) => {
    const { url, drop } = await anEmptyDatabase()
    context.after(drop)
    await survivesKill({ DATABASE_URL: url }, 40_000)
  })

  test('loses no job of the embedded database: the next start has them within 20 s', () =>
    survivesKill({ DATA_DIR: join(root, 'data') }, 20_000))
})
