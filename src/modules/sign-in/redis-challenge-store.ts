import { readFileSync } from 'node:fs'
import { type Clock, systemClock } from '../../platform/clock.ts'
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

/**
 * A caller has given up after 200 ms. What a stalled server takes up later is not done: nobody would learn that a
 * code was used or a message paid for.
 */
const patienceMs = 250

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
      `wrong:pair:${phone}:${source}`,
      `wrong:stranger:${phone}`,
      `wrong:source:${source}`,
      `looks:source:${source}`,
      'spending',
      `known:${phone}`,
    ].map((name) => `${keyPrefix}:{otp}:${name}`)

  // How far the server's clock is ahead of ours, a little too far by the time an answer takes.
  let aheadMs: number | undefined

  const run = async <T>(operation: keyof ChallengeStore, input: Subjects): Promise<T> => {
    const askedAt = systemClock.now()
    const notAfter = clock || aheadMs === undefined ? '' : askedAt + aheadMs + patienceMs
    const answer = await script(keysFor(input), [operation, JSON.stringify(input), clock?.now() ?? '', notAfter])
    const { at, result } = JSON.parse(String(answer)) as { at: number; result?: T }
    aheadMs = at - askedAt
    if (result === undefined) throw new Unavailable('Redis', new Error('it took the request up too late'))
    return result
  }

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
