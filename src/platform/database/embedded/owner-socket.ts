import { readdirSync, unlink } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { withShortPath } from './socket-path.ts'

export const socketName = (random: Buffer): string => `owner-${random.toString('hex')}.sock`

/** The sockets of all who announced themselves in a folder. Whether they still listen is another question. */
export const socketsIn = (folder: string): string[] =>
  readdirSync(folder).filter((name) => /^owner-[0-9a-f]{16}\.sock$/.test(name))

/** Somebody alive who announced itself, as far as it said so. */
export interface Met {
  pid?: number
  owner: boolean
  /** What it says line by line, and where to answer. */
  lines: Interface
  socket: Socket
}

/** A process that answers no question within this is busy with its database, so it is the owner. */
const patienceMs = 500

/** Who listens at a socket. One that nobody listens at is removed. */
export async function meet(folder: string, name: string): Promise<Met | undefined> {
  const socket = await withShortPath(folder, async (path) => {
    const { promise, resolve } = Promise.withResolvers<Socket | undefined>()
    const attempt = connect(join(path, name))
    attempt.once('connect', () => resolve(attempt))
    attempt.once('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'ECONNREFUSED') unlink(join(folder, name), () => resolve(undefined))
      else resolve(code === 'ENOENT' ? undefined : attempt)
    })
    return promise
  })
  if (!socket) return undefined
  socket.on('error', () => undefined)
  const lines = createInterface(socket).on('error', () => undefined)
  const { promise: hello, resolve } = Promise.withResolvers<string>()
  const timer = setTimeout(resolve, patienceMs, '{"owner":true}')
  lines.once('line', resolve)
  try {
    return { ...(JSON.parse(await hello) as Pick<Met, 'pid' | 'owner'>), lines, socket }
  } finally {
    clearTimeout(timer)
  }
}
