import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { type Child, freePort, startChild } from './child-process.ts'

export interface RedisProcess {
  url: string
  pid: number
  /** Ours and pinned, or one that was there. */
  isOwn: boolean
  /** A key prefix that nobody else has. */
  newPrefix(): string
  /** Removes every key under a prefix. */
  removeKeys(prefix: string): Promise<void>
  stop(): Promise<void>
}

const newPrefix = (): string => `bench:${randomBytes(6).toString('hex')}`

async function connectTo(url: string): Promise<Redis | undefined> {
  const client = new Redis(url, { lazyConnect: true, connectTimeout: 500, retryStrategy: () => null })
  client.on('error', () => undefined) // the rejection below tells
  try {
    await client.connect()
    return client
  } catch {
    client.disconnect()
    return undefined
  }
}

async function removeKeys(client: Redis, prefix: string): Promise<void> {
  for await (const keys of client.scanStream({ match: `${prefix}:*`, count: 1000 })) {
    if (keys.length > 0) await client.unlink(...(keys as string[]))
  }
}

async function startOwn(core: number | undefined): Promise<{ child: Child; url: string } | undefined> {
  const port = await freePort()
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  try {
    const child = await startChild('redis-server', args, { core })
    return { child, url: `redis://127.0.0.1:${port}` }
  } catch {
    return undefined // not installed
  }
}

/**
 * A Redis of our own on the server's core, without persistence; where no `redis-server` is installed, the one at
 * `REDIS_URL`, wherever it runs. `undefined` when there is neither.
 */
export async function startRedis(core: number | undefined): Promise<RedisProcess | undefined> {
  const own = await startOwn(core)
  const url = own?.url ?? process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379'
  let client = await connectTo(url)
  for (let tries = 0; own?.child.isRunning() && !client && tries < 100; tries += 1) {
    await pause(20)
    client = await connectTo(url)
  }
  if (!client) {
    await own?.child.stop()
    return undefined
  }
  const connected = client
  const reported = /^process_id:(\d+)/m.exec(await connected.info('server'))?.[1]
  return {
    url,
    pid: own?.child.pid ?? Number(reported),
    isOwn: own !== undefined,
    newPrefix,
    removeKeys: (prefix) => removeKeys(connected, prefix),
    async stop() {
      connected.disconnect()
      await own?.child.stop()
    },
  }
}
