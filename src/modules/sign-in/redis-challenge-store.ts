import { readFileSync } from 'node:fs'
import type { Clock } from '../../platform/clock.ts'
import type { RedisClient } from '../../platform/redis/connect-redis.ts'
import { defineScript } from '../../platform/redis/script.ts'
import { Unavailable } from '../../platform/unavailable.ts'
import type { ChallengeStore } from './challenge-store.ts'
import type { SignInPolicy } from './sign-in-policy.ts'

const rules = readFileSync(new URL('./challenge-rules.lua', import.meta.url), 'utf8')

/** A value as a Lua literal: the policy is part of the script, so that it is not sent with each call. */
function toLua(value: unknown): string {
  if (Array.isArray(value)) return `{${value.map(toLua).join(',')}}`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([name, each]) => `${name}=${toLua(each)}`)
    .join(',')}}`
}

interface Subjects {
  phone: string
  prefix?: string
  source?: string
}

/**
 * The challenge store of any number of processes. Each operation is one script: one round trip, one step.
 *
 * All keys carry the hash tag `{otp}` and so live in one slot of a cluster: a request counts against its phone,
 * its source, its number prefix and the budget of all at once, and a script can only touch one slot.
 *
 * @param clock for tests; without one the time is the Redis server's, the same for all processes
 */
export function createRedisChallengeStore({
  redis,
  keyPrefix,
  policy,
  clock,
}: {
  redis: RedisClient
  keyPrefix: string
  policy: SignInPolicy
  clock?: Clock
}): ChallengeStore {
  const script = defineScript(redis, `local POLICY = ${toLua(policy)}\n${rules}`)

  const keysFor = ({ phone, prefix = '-', source = '-' }: Subjects): string[] =>
    [
      `challenge:${phone}`,
      `sends:phone:${phone}`,
      `sends:source:${source}`,
      `sends:prefix:${prefix}`,
      `verified:prefix:${prefix}`,
      `wrong:phone:${phone}`,
      `wrong:guest:${phone}`,
      `wrong:source:${source}`,
      `looks:source:${source}`,
      'spending',
      `known:${phone}`,
    ].map((name) => `${keyPrefix}:{otp}:${name}`)

  const run = async <T>(operation: keyof ChallengeStore, input: Subjects): Promise<T> =>
    JSON.parse(String(await script(keysFor(input), [operation, JSON.stringify(input), clock?.now() ?? ''])))

  return {
    issue: (input) => run('issue', input),
    settle: async (input) => {
      await run('settle', input)
    },
    recordDelivery: (input) => run('recordDelivery', input),
    verify: (input) => run('verify', input),
    status: (input) => run('status', input),
    ping: async () => {
      await redis.ping().catch((error: unknown) => {
        throw new Unavailable('Redis', error)
      })
    },
    close: async () => {
      redis.disconnect()
    },
  }
}
