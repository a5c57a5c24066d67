import { createApp } from './app.ts'
import { loadConfig } from './load-config.ts'
import { CannotStart } from './platform/cannot-start.ts'
import { Unavailable } from './platform/unavailable.ts'
import { stopOnSignal } from './stop-on-signal.ts'

/** `npm run worker`: the same app without requests. It does background work, whatever QUEUE_IN_PROCESS says. */
async function start(): Promise<void> {
  const config = loadConfig()
  if (!config.redis.url)
    throw new CannotStart(
      'REDIS_URL is missing: codes that a worker sends again live in the memory that the servers share.',
    )
  const app = await createApp({ ...config, queue: { ...config.queue, inProcess: true } })
  stopOnSignal(app)
  app.log.info('working')
  app.log.flush()
}

start().catch((error: unknown) => {
  const expected = error instanceof CannotStart || error instanceof Unavailable
  console.error(expected ? error.message : error)
  process.exit(1)
})
