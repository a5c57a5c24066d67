import type { App } from './app.ts'

/** A process that has not ended by itself this long after it was told to is ended. */
const longestStopMs = 10_000

/** Has SIGTERM and SIGINT close the app and end the process, in order; a second signal ends it at once. */
export function stopOnSignal({ log, close }: Pick<App, 'log' | 'close'>): void {
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
}
