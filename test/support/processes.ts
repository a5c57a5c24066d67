import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Answer } from './ask-patiently.ts'
import { aMigratedDatabase } from './databases.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

export interface ServerProcess {
  child: ChildProcess
  url: string
  /** Everything it printed so far. */
  output(): string
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  /** Resolves when it is over, whoever ended it. */
  ended: Promise<unknown>
  /** Ends it with a signal and waits; the exit code, or the signal that ended it. */
  end(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null>
}

/** What a program finds of our own environment: where programs are, and where compiled code is kept. */
export const bareEnv: Record<string, string> = {
  PATH: process.env['PATH'] ?? '',
  ...(process.env['NODE_COMPILE_CACHE'] && { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] }),
}

/** Starts a program of this project and collects what it prints. */
function run(args: readonly string[], env: Record<string, string>): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...bareEnv, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += chunk))
  return { child, output: () => text }
}

type Env = Record<string, string>

/** Where a process keeps its data unless the test says: a folder in development, else an own database of the server. */
async function placeForData(env: Env): Promise<{ env: Env; remove: () => Promise<void> }> {
  if (env['DATABASE_URL'] || env['DATA_DIR']) return { env, remove: async () => undefined }
  if (env['NODE_ENV'] === 'development') {
    const folder = await mkdtemp(join(tmpdir(), 'blinkit-data-'))
    return { env: { ...env, DATA_DIR: folder }, remove: () => rm(folder, { recursive: true }) }
  }
  const { url, drop } = await aMigratedDatabase()
  return { env: { ...env, DATABASE_URL: url }, remove: drop }
}

const commands = ['-r', './tools/require-node.cjs', 'src/main.ts']

/** Runs the program until it ends by itself. */
export async function runToEnd(env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const place = env['NODE_ENV'] === 'development' ? await placeForData(env) : undefined
  const ended = await runProgram('src/main.ts', [], place?.env ?? env)
  await place?.remove()
  return ended
}

/** Runs another program of this project until it ends by itself. */
export async function runProgram(
  file: string,
  args: readonly string[],
  env: Env,
): Promise<{ code: number | null; output: string }> {
  const { child, output } = run(['-r', './tools/require-node.cjs', file, ...args], env)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output: output() }
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json')
  return {
    status: response.status,
    body: isJson ? JSON.parse(text) : undefined,
    headers: Object.fromEntries(response.headers),
    text,
  }
}

/**
 * The real program in a process of its own, on a free port, with data of its own, ready for requests.
 * @param options.spawned learns of the process before it is ready
 */
export async function startServer(
  env: Record<string, string>,
  { spawned, withinMs = 60_000 }: { spawned?: (child: ChildProcess) => void; withinMs?: number } = {},
): Promise<ServerProcess> {
  const place = await placeForData(env)
  const { child, output } = run(commands, { API_HOST: '127.0.0.1', API_PORT: '0', DEMO_DATA: 'false', ...place.env })
  spawned?.(child)
  const ended = once(child, 'close')
  const isOver = () => child.exitCode !== null || child.signalCode !== null
  const deadline = Date.now() + withinMs
  let url: string | undefined
  while (!url) {
    url = /ready at (http:\/\/[\d.:]+)/.exec(output())?.[1]
    if (isOver() || Date.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`the server did not start:\n${output()}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const base = url
  return {
    child,
    url: base,
    output,
    ended,
    post: async (path, body, headers = {}) =>
      answerOf(
        await fetch(base + path, {
          method: 'POST',
          body: JSON.stringify(body),
          headers: { 'content-type': 'application/json', ...headers },
        }),
      ),
    get: async (path, headers = {}) => answerOf(await fetch(base + path, { headers })),
    async end(signal = 'SIGTERM') {
      if (!isOver()) child.kill(signal)
      const [code, by] = (await ended) as [number | null, NodeJS.Signals | null]
      await place.remove()
      return code ?? by
    },
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

export interface OwnRedis {
  url: string
  port: number
  child: ChildProcess
  end(): Promise<void>
}

/** A Redis server of the test's own, which it may freeze and kill. `undefined` where there is no `redis-server`. */
export async function startRedis(port: number, args: readonly string[] = []): Promise<OwnRedis | undefined> {
  const child = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...args],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  )
  const failed = once(child, 'error').then(() => false)
  let text = ''
  const ready = new Promise<boolean>((resolve) => {
    child.stdout?.on('data', (chunk) => {
      text += chunk
      if (text.includes('Ready to accept connections')) resolve(true)
    })
  })
  if (!(await Promise.race([failed, ready]))) return undefined
  const closed = once(child, 'close')
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    child,
    async end() {
      child.kill('SIGCONT')
      child.kill('SIGKILL')
      await closed
    },
  }
}
