import { CannotStart } from '../cannot-start.ts'
import type { Queue } from './queue.ts'

const usage = 'Use: npm run queue -- dead | retry <id> … | retry --all'
const isId = (text: string): boolean => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)

/**
 * What `npm run queue` does, in the process that has the database. The lines to print.
 * @throws CannotStart when the command is none
 */
export async function runQueueCommand(
  { deadLetters }: Pick<Queue, 'deadLetters'>,
  [command, ...args]: readonly string[],
): Promise<string[]> {
  if (command === 'dead' && args.length === 0) {
    const letters = await deadLetters.list()
    if (letters.length === 0) return ['There are no dead letters.']
    return letters.map(
      ({ id, job, diedAt, attempts, reason }) =>
        `${id}  ${diedAt.toISOString()}  ${job}, attempts: ${attempts}, last: ${reason}`,
    )
  }
  const isAll = args.length === 1 && args[0] === '--all'
  if (command !== 'retry' || args.length === 0 || !(isAll || args.every(isId))) throw new CannotStart(usage)
  const count = await (isAll ? deadLetters.retry() : deadLetters.retry(args))
  if (!isAll && count === 0) throw new CannotStart('There is no dead letter of that id.')
  return [`Put back into the queue: ${count}.`]
}
