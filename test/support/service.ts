import { after } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { type App, createApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { type Answer, askPatiently } from './ask-patiently.ts'
import { type SetClock, setClock } from './clock.ts'
import { aDatabase, anyKind, type TestDatabase } from './databases.ts'
import { type FakeVendor, fakeVendor } from './fake-vendor.ts'
import { ownPrefix, redisMissing, redisUrl, removeKeys } from './redis.ts'

export const twilioAuthToken = 'a'.repeat(32)
/** The same for all, since services of a file share what is in the database. */
const secretKey = 'test-key-'.repeat(5)
export const fast2smsSecret = 'w'.repeat(32)

/** Production with both vendors, played by a stand-in. */
export const productionEnv = ({ baseUrl }: Pick<FakeVendor, 'baseUrl'>): Record<string, string> => ({
  NODE_ENV: 'production',
  SECRET_KEY: secretKey,
  PUBLIC_URL: 'https://api.shop.example',
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: twilioAuthToken,
  TWILIO_PHONE_NUMBER: '+15005550006',
  TWILIO_BASE_URL: baseUrl,
  FAST2SMS_API_KEY: 'test-fast2sms-key',
  FAST2SMS_WEBHOOK_SECRET: fast2smsSecret,
  FAST2SMS_BASE_URL: baseUrl,
  API_DOCS: 'false',
  LOG_LEVEL: 'debug',
})

/** In-process services are given their database; the address is there because production asks for one. */
const unused = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }

const opened = new Map<boolean, Promise<TestDatabase>>()
after(async () => {
  for (const database of opened.values()) await (await database).end()
})

/** One for all services of a test file with the same store, since opening one takes longer than most tests. */
function sharedDatabase(redis: boolean): Promise<TestDatabase> {
  const database = opened.get(redis) ?? aDatabase(anyKind)
  opened.set(redis, database)
  return database
}

interface From {
  /** Client address. */
  from?: string
  headers?: Record<string, string>
}

/** A whole service in this process, its clock stopped, its vendors played, its lines and calls recorded. */
export interface Service {
  app: App
  clock: SetClock
  vendor: FakeVendor
  /** Shared by the services of a test file. */
  database: Database
  /** Everything that was logged so far. */
  logged(): string
  /** Keys and values of the Redis store, as text; nothing for memory. */
  dump(): Promise<string>
  call(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS',
    url: string,
    options?: From & { body?: unknown },
  ): Promise<Answer>
  send(phoneNumber: unknown, options?: From & { fields?: object }): Promise<Answer>
  verify(phoneNumber: unknown, otp: unknown, options?: From & { challengeId?: string }): Promise<Answer>
  status(phone: string, options?: From & { challengeId?: string }): Promise<Answer>
  /** The code in the last SMS to a ten-digit number. */
  codeFor(number: string): string
  /** A six-digit code that is not that one. */
  wrongFor(number: string): string
  /** Resolves when no job waits that a request put there. */
  jobsAreDone(): Promise<void>
  end(): Promise<void>
}

export const kinds = [
  { name: 'memory', redis: false, skip: false as string | false },
  { name: 'Redis', redis: true, skip: redisMissing },
] as const

export async function aService({
  redis = false,
  env = {},
  development = false,
}: {
  redis?: boolean
  /** Settings over those of `productionEnv`; an empty text takes one away. */
  env?: Record<string, string>
  development?: boolean
} = {}): Promise<Service> {
  const vendor = await fakeVendor()
  const keyPrefix = env['REDIS_PREFIX'] ?? ownPrefix()
  const clock = setClock()
  const lines: string[] = []
  const base = development
    ? { NODE_ENV: 'development', LOG_LEVEL: 'debug', API_DOCS: 'false', SECRET_KEY: secretKey }
    : productionEnv(vendor)
  const settings = { ...unused, ...base, ...(redis && { REDIS_URL: redisUrl, REDIS_PREFIX: keyPrefix }), ...env }
  const database = await sharedDatabase(redis)
  const app = await createApp(readConfig(settings, clock.now()), {
    clock,
    storeClock: clock,
    database,
    strictProblems: true,
    logStream: { write: (line) => void lines.push(line) },
    print: (line) => void lines.push(line),
  })
  await app.server.ready()
  // On a busy machine the start itself may hold the process up for so long that it sheds what comes in the next second.
  while ((await app.server.inject('/api/health/live')).statusCode === 503) await sleep(100)

  const call: Service['call'] = async (method, url, { from = '10.0.0.1', headers = {}, body } = {}) => {
    const payload = body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }
    const json = body === undefined ? {} : { 'content-type': 'application/json' }
    return askPatiently(() =>
      app.server.inject({ method, url, remoteAddress: from, headers: { ...json, ...headers }, ...payload }),
    )
  }

  const service: Service = {
    app,
    clock,
    vendor,
    database,
    logged: () => lines.join('\n'),
    call,
    send: (phoneNumber, { fields, ...options } = {}) =>
      call('POST', '/api/send-otp', { ...options, body: { phoneNumber, ...fields } }),
    verify: (phoneNumber, otp, { challengeId, ...options } = {}) =>
      call('POST', '/api/verify-otp', { ...options, body: { phoneNumber, otp, ...(challengeId && { challengeId }) } }),
    status: (phone, { challengeId, ...options } = {}) =>
      call(
        'GET',
        `/api/otp-status/${encodeURIComponent(phone)}${challengeId ? `?challengeId=${challengeId}` : ''}`,
        options,
      ),
    codeFor: (number) => {
      const code = vendor.lastCode(`+91${number}`)
      if (code === undefined) throw new Error('no SMS went to that number')
      return code
    },
    wrongFor: (number) => String((Number(service.codeFor(number)) + 1) % 1_000_000).padStart(6, '0'),
    async dump() {
      if (!redis) return ''
      const client = new Redis(redisUrl)
      const keys = await client.keys(`${keyPrefix}:*`)
      const values = await Promise.all(keys.map((key) => client.getBuffer(key)))
      client.disconnect()
      return keys.map((key, at) => `${key} ${values[at]?.toString('latin1')}`).join('\n')
    },
    async jobsAreDone() {
      const waiting = `select 1 from pgboss.job where state < 'completed' and name ~ '^(sign-in/|account\\.)'`
      while ((await database.executeSql(waiting)).rows.length > 0)
        await new Promise((resolve) => setTimeout(resolve, 10))
    },
    async end() {
      await app.close()
      await vendor.close()
      if (!redis) return
      const client = new Redis(redisUrl)
      await removeKeys(client, keyPrefix)
      client.disconnect()
    },
  }
  return service
}

/** As many times as asked, all at once. */
export const inParallel = <T>(count: number, work: (at: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, at) => work(at)))

/** How many answers have each status. */
export function statuses(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
