import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino'
import { defineSection, setting } from '../config/section.ts'
import { maskPhoneNumbers } from './mask.ts'

export type { Logger } from 'pino'

export const logSettings = defineSection({
  title: 'Logs',
  settings: {
    level: setting.oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      env: 'LOG_LEVEL',
      default: 'info',
      description: 'Least level that is written. `debug` adds a line for each request.',
    }),
  },
})

/** Names under which a secret, a code or a whole number could slip into a line. */
const neverLogged = [
  'authorization',
  'cookie',
  'otp',
  'code',
  'phone',
  'phoneNumber',
  'to',
  'text',
  'body',
  'token',
  'password',
  'err.command', // ioredis: with all its arguments
]

/**
 * One JSON line per fact, times in ISO 8601, secrets removed by name and phone numbers by their look.
 * In development lines are coloured and written at once; otherwise they are written in batches, every
 * second at the latest, because a write per line costs more than the line.
 *
 * @param stream where tests read the lines; standard output when absent
 */
export async function createLogger(
  { level }: { level: string },
  { development, stream }: { development: boolean; stream?: DestinationStream },
): Promise<Logger> {
  const target = stream ?? (development ? await prettyStream() : inBatches(destination({ dest: 1, sync: false })))
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: neverLogged, censor: '[removed]' }, // wildcards would take 5 µs a line
      hooks: { streamWrite: maskPhoneNumbers },
    },
    target,
  )
}

const longestBatch = 8192
const longestDelayMs = 1000

/**
 * Gathers lines for a destination. Its own way of gathering (`minLength`) measures everything gathered with each line,
 * which costs as much as making the line.
 */
function inBatches(
  target: ReturnType<typeof destination>,
): DestinationStream & { flush(done?: () => void): void; flushSync(): void } {
  let lines: string[] = []
  let length = 0
  let timer: NodeJS.Timeout | undefined
  const hand = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (lines.length === 0) return
    const batch = lines.join('')
    lines = []
    length = 0
    target.write(batch)
  }
  process.on('exit', flushSync)
  function flushSync(): void {
    hand()
    target.flushSync()
  }
  return {
    write(line) {
      lines.push(line)
      length += line.length
      if (length >= longestBatch) hand()
      else timer ??= setTimeout(hand, longestDelayMs).unref()
    },
    flush(done) {
      flushSync()
      done?.()
    },
    flushSync,
  }
}

async function prettyStream(): Promise<DestinationStream> {
  try {
    const { default: pretty } = await import('pino-pretty')
    return pretty({ sync: true, ignore: 'requestId', translateTime: 'SYS:HH:MM:ss' })
  } catch {
    return destination({ dest: 1, sync: true }) // pino-pretty is a development dependency
  }
}
