import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { aMigratedDatabase, postgresMissing } from './databases.ts'
import { bareEnv } from './processes.ts'
import { until } from './queues.ts'

/** The places where a process has its data, as its environment says. */
export const places = [
  { name: 'the embedded database', skip: false as string | false, isEmbedded: true },
  { name: 'PostgreSQL', skip: postgresMissing, isEmbedded: false },
]

/** A place for data and files of a test's own. */
export async function aPlace({ isEmbedded }: { isEmbedded: boolean }) {
  const folder = mkdtempSync(join(tmpdir(), 'imports-'))
  const database = isEmbedded ? undefined : await aMigratedDatabase()
  const own = database ? { DATABASE_URL: database.url } : { DATA_DIR: join(folder, 'data') }
  const env: Record<string, string> = { NODE_ENV: 'development', SECRET_KEY: 'k'.repeat(40), ...own }
  return {
    folder,
    env,
    file(name: string, content: string | Buffer): string {
      writeFileSync(join(folder, name), content)
      return join(folder, name)
    },
    async remove() {
      await database?.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export type Place = Awaited<ReturnType<typeof aPlace>>

export interface Program {
  child: ChildProcess
  out(): string
  err(): string
  /** Its exit code, or the signal that ended it. */
  ended: Promise<number | string>
}

const started: ChildProcess[] = []
after(() => {
  for (const child of started) child.kill('SIGKILL') // what a failing test has left
})

/** Starts a program of `import-process.ts`. */
export function startProgram(
  { env }: { env: Record<string, string> },
  args: readonly string[],
  options: readonly string[] = [],
): Program {
  const child = spawn(process.execPath, [...options, 'test/support/import-process.ts', ...args], {
    env: { ...bareEnv, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  started.push(child)
  let out = ''
  let err = ''
  child.stdout.on('data', (text) => (out += text))
  child.stderr.on('data', (text) => (err += text))
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal)
  return { child, out: () => out, err: () => err, ended }
}

/** Runs a program to its end. */
export async function runToEnd(place: { env: Record<string, string> }, ...args: string[]) {
  const program = startProgram(place, args)
  return { code: await program.ended, out: program.out(), err: program.err() }
}

/** The process that has the database, once it takes commands. */
export async function serve(place: Pick<Place, 'env'>): Promise<Program> {
  const program = startProgram(place, ['serve'])
  await until(() => program.out().includes('ready'), 60_000)
  return program
}

export async function stop({ child, ended }: Program, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  child.kill(signal)
  await ended
}
