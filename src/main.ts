import { createApp } from './app.ts'
import { readConfig } from './config.ts'
import { CannotStart } from './platform/cannot-start.ts'
import { systemClock } from './platform/clock.ts'
import { loadEnvFile } from './platform/config/load-env-file.ts'
import { listen } from './platform/http/listen.ts'
import { Unavailable } from './platform/unavailable.ts'

/** A process that has not ended by itself this long after it was told to is ended. */
const longestStopMs = 10_000

async function start(): Promise<void> {
  loadEnvFile('.env')
  const config = readConfig(process.env, systemClock.now())
  const { server, log, close } = await createApp(config)

  const abandon = () => {
    log.flush()
    process.exit(1)
  }
  let stopping = false
  const stop = (signal: string) => {
    if (stopping) return abandon()
    stopping = true
    setTimeout(abandon, longestStopMs).unref()
    log.info({ signal }, 'stopping')
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.fatal({ err: error }, 'could not stop in order')
        abandon()
      },
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)

  const mode = config.development ? 'development' : 'production'
  const host = config.http.host ?? (config.development ? '127.0.0.1' : '0.0.0.0')
  await listen(server, { host, port: config.http.port, mode })
  log.flush() // lines are written in batches; this one is waited for
}

start().catch((error: unknown) => {
  const expected = error instanceof CannotStart || error instanceof Unavailable
  console.error(expected ? error.message : error)
  process.exit(1)
})
