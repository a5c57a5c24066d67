import { createApp } from './app.ts'
import { loadConfig } from './load-config.ts'
import { CannotStart } from './platform/cannot-start.ts'
import { listen } from './platform/http/listen.ts'
import { Unavailable } from './platform/unavailable.ts'
import { stopOnSignal } from './stop-on-signal.ts'

async function start(): Promise<void> {
  const config = loadConfig()
  const app = await createApp(config)
  stopOnSignal(app)

  const mode = config.development ? 'development' : 'production'
  const host = config.http.host ?? (config.development ? '127.0.0.1' : '0.0.0.0')
  await listen(app.server, { host, port: config.http.port, mode })
  if (config.development && config.demo.isLoaded) app.shop.demo.start()
  app.log.flush() // lines are written in batches; this one is waited for
}

start().catch((error: unknown) => {
  const expected = error instanceof CannotStart || error instanceof Unavailable
  console.error(expected ? error.message : error)
  process.exit(1)
})
