import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'

const path = (process.env['PATH'] ?? '').split(':').map((folder) => join(folder, 'postgres'))
const program = [...path, ...globSync('/usr/lib/postgresql/*/bin/postgres').sort().reverse()].find((each) =>
  existsSync(each),
)

/** The server refuses to run as root, so root runs it as the user of that name. */
function userOf(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const id = (option: string) =>
    Number(execFileSync('id', [option, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }))
  return { uid: id('-u'), gid: id('-g') }
}

function whyNot(): string | false {
  if (!program) return 'no postgres program on this machine'
  try {
    return userOf() && false
  } catch {
    return 'no user that could run a PostgreSQL server'
  }
}

/** `false` when a test can start a server of its own, else the reason to skip it. */
export const ownPostgresMissing: string | false = whyNot()

export interface OwnPostgres {
  url: string
  start(): Promise<void>
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>
  /** Removes it with all it holds. */
  end(): Promise<void>
}

/** A PostgreSQL server of the test's own on a free port, which may be killed. It syncs to disk as in production. */
export async function startPostgres(port: number): Promise<OwnPostgres> {
  const bin = dirname(program ?? '')
  const user = userOf()
  const folder = mkdtempSync(join(tmpdir(), 'own-postgres-'))
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid)
  const options = { ...user, cwd: folder, stdio: 'ignore' as const }
  const make = ['-D', 'cluster', '-U', 'postgres', '-A', 'trust', '--no-sync', '--no-instructions', '-E', 'UTF8']
  execFileSync(join(bin, 'initdb'), make, options)
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  const args = ['-D', 'cluster', '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-k', '']
  const begin = () => spawn(join(bin, 'postgres'), args, options)
  let child = begin()
  let ended = once(child, 'exit')
  const run = () => {
    child = begin()
    ended = once(child, 'exit')
  }

  const ready = async () => {
    for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
      const client = new pg.Client({ connectionString: url })
      client.on('error', () => undefined)
      // What the one before left of itself may stand in its way for a moment.
      if (child.exitCode !== null) run()
      try {
        await client.connect()
        await client.end()
        return
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
    throw new Error('the test’s own PostgreSQL did not start within 60 s')
  }
  const own: OwnPostgres = {
    url,
    async start() {
      run()
      await ready()
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async end() {
      child.kill('SIGQUIT')
      await ended
      rmSync(folder, { recursive: true })
    },
  }
  await ready()
  return own
}

export interface ProxyServer {
  url: string
  /** Holds back every byte, in both directions; new connections are taken and hear nothing. */
  freeze(): void
  thaw(): void
  /** Resets every connection. */
  cut(): void
  /** Takes no more connections, and resets those there are. */
  refuse(): Promise<void>
  accept(): Promise<void>
  end(): Promise<void>
}

/** A way to a server that can be disturbed. */
export async function startProxy(target: string): Promise<ProxyServer> {
  const { hostname, port: targetPort } = new URL(target)
  const sockets = new Set<Socket>()
  let isFrozen = false
  const server = createServer((near) => {
    const far = connect(Number(targetPort || 5432), hostname)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from
        .on('error', () => undefined)
        .on('close', () => {
          sockets.delete(from)
          to.destroy()
        })
      from.on('data', (chunk) => to.write(chunk))
      if (isFrozen) from.pause()
    }
  })
  const listen = async (at: number) => {
    server.listen(at, '127.0.0.1')
    await once(server, 'listening')
  }
  await listen(0)
  const { port } = server.address() as AddressInfo
  const url = new URL(target)
  url.host = `127.0.0.1:${port}`
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return {
    url: url.href,
    freeze() {
      isFrozen = true
      for (const socket of sockets) socket.pause()
    },
    thaw() {
      isFrozen = false
      for (const socket of sockets) socket.resume()
    },
    cut,
    async refuse() {
      server.close()
      cut()
      await once(server, 'close')
    },
    accept: () => listen(port),
    async end() {
      if (server.listening) server.close()
      cut()
    },
  }
}
