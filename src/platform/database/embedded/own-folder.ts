import { chmodSync, existsSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { CannotStart } from '../../cannot-start.ts'
import { randomSecret } from '../../ids.ts'
import type { CommandHandler } from '../database.ts'
import { meet, socketName, socketsIn } from './owner-socket.ts'
import { withShortPath } from './socket-path.ts'

export interface OwnedFolder {
  onCommand(handler: CommandHandler): void
  release(): void
}

const mostAttempts = 30

async function answerTo(handler: CommandHandler | undefined, line: string): Promise<object> {
  if (!handler) return { error: 'The running program is not ready for commands yet. Try again.' }
  try {
    const { command } = JSON.parse(line) as { command: string[] }
    const answer: Promise<string[]> = handler(command)
    return { lines: await answer }
  } catch (error) {
    return { error: error instanceof CannotStart ? error.message : 'The running program could not do it: see its log.' }
  }
}

async function listen(server: Server, folder: string, name: string): Promise<void> {
  await withShortPath(folder, async (path) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    server.once('error', reject).listen(join(path, name), resolve)
    await promise
  })
  chmodSync(join(folder, name), 0o600)
}

/** A socket of this process that says who it is and takes commands. */
async function announce(folder: string, name: string) {
  let isOwner = false
  let handler: CommandHandler | undefined
  const server = createServer((socket) => {
    const send = (message: object) => void socket.write(`${JSON.stringify(message)}\n`)
    socket.on('error', () => undefined)
    send({ pid: process.pid, owner: isOwner })
    createInterface(socket)
      .on('line', (line) => void answerTo(handler, line).then(send))
      .on('error', () => undefined)
  })
  await listen(server, folder, name)
  server.unref()
  return {
    becomeOwner() {
      isOwner = true
    },
    onCommand(given: CommandHandler) {
      handler = given
    },
    release() {
      server.close()
      rmSync(join(folder, name), { force: true })
    },
  }
}

/**
 * Makes this process the only one that uses a folder, until it releases it or dies.
 *
 * Each process announces itself with a socket of its own first and looks for others afterwards. So of two that come at
 * once at least one sees the other; when both do, both step back for a moment. What a dead process left behind refuses
 * connections and is removed, and its name never comes again.
 *
 * @throws CannotStart when another process has it
 */
export async function ownFolder(folder: string): Promise<OwnedFolder> {
  for (let attempt = 1; ; attempt += 1) {
    const name = socketName(randomSecret(8))
    const own = await announce(folder, name)
    const others = socketsIn(folder).filter((each) => each !== name)
    const met = (await Promise.all(others.map((other) => meet(folder, other)))).filter((each) => each !== undefined)
    for (const { socket } of met) socket.destroy()
    // It is gone when somebody looked in the moment between its making and its listening.
    if (met.length === 0 && existsSync(join(folder, name))) {
      own.becomeOwner()
      return own
    }
    own.release()
    const owner = met.find((each) => each.owner)
    if (owner || attempt === mostAttempts) {
      const who = owner?.pid ? `process ${owner.pid}` : 'another process'
      throw new CannotStart(`${folder} is in use by ${who}: stop it, or choose another folder with DATA_DIR.`)
    }
    await sleep(20 + (randomSecret(1)[0] as number))
  }
}
