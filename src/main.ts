import { existsSync } from 'node:fs'
import { createApp } from './app.ts'
import { ConfigurationError, readConfig } from './config.ts'
import { systemClock } from './platform/clock.ts'
import { Unavailable } from './platform/unavailable.ts'

/** A process that has not ended by itself this long after it was told to is ended. */
const longestStopMs = 10_000

async function start(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env') // the real environment wins over the file
  const config = readConfig(process.env, systemClock.now())
  const { server, log, close } = await createApp(config)

  const stop = (signal: string) => {
    setTimeout(() => process.exit(1), longestStopMs).unref()
    log.info({ signal }, 'stopping')
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.fatal({ err: error }, 'could not stop in order')
        process.exit(1)
      },
    )
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)

  const host = config.http.host ?? (config.development ? '127.0.0.1' : '0.0.0.0')
  const mode = config.development ? 'development' : 'production'
  await server.listen({
    host,
    port: config.http.port,
    listenTextResolver: (address) => `ready at ${address} (${mode})`,
  })
  log.flush() // lines are written in batches; this one is waited for
}

start().catch((error: unknown) => {
  const expected = error instanceof ConfigurationError || error instanceof Unavailable
  console.error(expected ? error.message : error)
  process.exit(1)
})
