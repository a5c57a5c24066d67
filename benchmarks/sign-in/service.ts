import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Child } from '../harness/child-process.ts'
import type { RedisProcess } from '../harness/redis-process.ts'
import { type Place, type ServerProcess, startNode, startServer } from '../harness/server-process.ts'

const alone = new URL('./sign-in-alone.ts', import.meta.url)
/** The service as it is shipped, with its database. */
export const whole = new URL('../../src/main.ts', import.meta.url)
const worker = new URL('../../src/worker.ts', import.meta.url)
const withoutPrettyLog = fileURLToPath(new URL('./without-pretty-log.ts', import.meta.url))

const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  scripts: Record<'dev' | 'start' | 'worker', string>
}

/** What a script tells Node, so that what is measured is what is shipped. */
const flagsOf = (script: string): string[] => script.split(' ').filter((word) => word.startsWith('--'))

/** The same for all starts of a run: they share what is in the database. */
export const secretKey = randomBytes(48).toString('base64')

/** Every limit is on; the budget is the one that a benchmark would reach. */
const always = { LOG_LEVEL: 'info', TRUST_PROXY: '1', SMS_HOURLY_BUDGET: '9999999999' }

const development = { ...always, NODE_ENV: 'development', SMS_PROVIDERS: 'console' }

export interface Placing extends Place {
  redis?: { process: RedisProcess; prefix: string }
  /** What is started; sign-in without accounts when absent. */
  program?: URL
  /** Further settings. */
  env?: Record<string, string>
}

const redisEnv = ({ redis }: Placing): Record<string, string> =>
  redis ? { REDIS_URL: redis.process.url, REDIS_PREFIX: redis.prefix } : {}

/** In development mode, the only one that tells the code, writing its log as production does. */
export const startTelling = (placing: Placing): Promise<ServerProcess> =>
  startServer(placing.program ?? alone, {
    cores: placing.cores,
    flags: [...flagsOf(scripts.start), ...placing.flags, '--import', withoutPrettyLog],
    env: { ...development, ...redisEnv(placing), ...placing.env },
  })

/** In the mode of `npm run dev`, its log written for people. */
export const startDevelopment = (placing: Placing): Promise<ServerProcess> =>
  startServer(placing.program ?? alone, {
    cores: placing.cores,
    flags: [...flagsOf(scripts.dev), ...placing.flags],
    env: { ...development, ...redisEnv(placing), ...placing.env },
  })

/** Production with Twilio at the address given. */
export const productionEnv = (vendorUrl: string): Record<string, string> => ({
  ...always,
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', // asked for, and not used
  API_HOST: '127.0.0.1',
  SECRET_KEY: secretKey,
  SMS_PROVIDERS: 'twilio',
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'stand-in',
  TWILIO_PHONE_NUMBER: '+15005550006',
  TWILIO_BASE_URL: vendorUrl,
})

const inProduction = (
  placing: Placing,
  { script, vendorUrl }: { script: keyof typeof scripts; vendorUrl: string },
) => ({
  cores: placing.cores,
  flags: [...flagsOf(scripts[script]), ...placing.flags],
  env: { ...productionEnv(vendorUrl), ...redisEnv(placing), ...placing.env },
})

/** As `npm start` starts it. */
export const startProduction = (placing: Placing, vendorUrl: string): Promise<ServerProcess> =>
  startServer(placing.program ?? alone, inProduction(placing, { script: 'start', vendorUrl }))

/** As `npm run worker` starts it, for a server with the same settings. */
export const startWorker = (placing: Placing, vendorUrl: string): Promise<Child> =>
  startNode(worker, inProduction(placing, { script: 'worker', vendorUrl }))
