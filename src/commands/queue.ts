import { systemClock } from '../platform/clock.ts'
import { createQueue } from '../platform/queue/queue.ts'
import { runQueueCommand } from '../platform/queue/queue-command.ts'
import { runAndPrint } from './run-and-print.ts'

/** `npm run queue -- dead | retry <id> … | retry --all` */
await runAndPrint(['queue', ...process.argv.slice(2)], async ({ config, database, log }, [, ...args]) => {
  const queue = createQueue({ database, settings: config.queue, clock: systemClock, log })
  try {
    await queue.start({ work: false })
    return await runQueueCommand(queue, args)
  } finally {
    await queue.stop()
  }
})
