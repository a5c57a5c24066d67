import { existsSync } from 'node:fs'
import { CannotStart } from '../../cannot-start.ts'
import { meet, socketsIn } from './owner-socket.ts'

/** A command that takes longer goes on in the owner; only its answer is no longer waited for. */
const patienceMs = 60_000

/**
 * Has the process that owns a data folder do something. Its lines, or `undefined` when nobody owns the folder.
 * @throws CannotStart when it says why it cannot, or does not answer
 */
export async function askOwner(folder: string, command: readonly string[]): Promise<string[] | undefined> {
  if (!existsSync(folder)) return undefined
  const met = (await Promise.all(socketsIn(folder).map((name) => meet(folder, name)))).filter(
    (each) => each !== undefined,
  )
  const owner = met.find((each) => each.owner)
  try {
    if (!owner) return undefined
    const { promise, resolve } = Promise.withResolvers<string | undefined>()
    const timer = setTimeout(() => resolve(undefined), patienceMs)
    owner.lines
      .once('close', () => resolve(undefined))
      .on('line', (line) => {
        if (!line.startsWith('{"pid"')) resolve(line) // who it is, when that took long to say
      })
    owner.socket.write(`${JSON.stringify({ command })}\n`)
    const line = await promise
    clearTimeout(timer)
    if (line === undefined) throw new CannotStart(`The program that uses ${folder} does not answer.`)
    const { lines, error } = JSON.parse(line) as { lines?: string[]; error?: string }
    if (lines === undefined) throw new CannotStart(error ?? '')
    return lines
  } finally {
    for (const { socket } of met) socket.destroy()
  }
}
