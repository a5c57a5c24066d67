import { readFileSync } from 'node:fs'
import { type Clock, systemClock } from '../../platform/clock.ts'
import type { RedisClient } from '../../platform/redis/connect-redis.ts'
import { defineScript, type RedisScript } from '../../platform/redis/script.ts'
import { Unavailable } from '../../platform/unavailable.ts'
import type { ChallengeBook } from './challenge.ts'
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

type Operation = Exclude<keyof ChallengeStore, 'ping' | 'close'>

/** The key of each field of the book. */
const keyOf = {
  challenge: ({ phone }) => `challenge:${phone}`,
  phoneSends: ({ phone }) => `sends:phone:${phone}`,
  sourceSends: ({ source }) => `sends:source:${source}`,
  prefixSends: ({ prefix }) => `sends:prefix:${prefix}`,
  prefixVerified: ({ prefix }) => `verified:prefix:${prefix}`,
  phoneWrong: ({ phone }) => `wrong:phone:${phone}`,
  pairWrong: ({ phone, source }) => `wrong:pair:${phone}:${source}`,
  strangerWrong: ({ phone }) => `wrong:stranger:${phone}`,
  sourceWrong: ({ source }) => `wrong:source:${source}`,
  sourceLooks: ({ source }) => `looks:source:${source}`,
  spending: () => 'spending',
  known: ({ phone }) => `known:${phone}`,
} satisfies Record<keyof ChallengeBook, (subjects: Subjects) => string>

/** What each operation reads and writes, and which limits it applies: the script of an operation is made of that. */
const needs: Record<Operation, { fields: (keyof ChallengeBook)[]; policy: (keyof SignInPolicy)[] }> = {
  issue: {
    fields: ['challenge', 'phoneSends', 'sourceSends', 'prefixSends', 'prefixVerified', 'spending', 'known'],
    policy: [
      'lifeMs',
      'longestLifeMs',
      'shortestLifeMs',
      'tries',
      'mostAskers',
      'resendGapsMs',
      'replayMs',
      'sends',
      'prefixShare',
      'budget',
    ],
  },
  settle: {
    fields: ['challenge', 'phoneSends', 'prefixSends', 'spending'],
    policy: ['replayMs', 'sends', 'budget'],
  },
  recordDelivery: {
    fields: ['challenge', 'spending', 'known'],
    policy: ['replayMs', 'budget'],
  },
  verify: {
    fields: ['challenge', 'phoneWrong', 'pairWrong', 'strangerWrong', 'sourceWrong', 'prefixVerified', 'known'],
    policy: ['tries', 'replayMs', 'sends', 'wrong', 'knownMs'],
  },
  status: { fields: ['challenge', 'sourceLooks'], policy: ['replayMs', 'looks'] },
}

function scriptOf(operation: Operation, policy: SignInPolicy): string {
  const { fields, policy: names } = needs[operation]
  const used = Object.fromEntries(names.map((name) => [name, policy[name]]))
  return `local OPERATION, FIELDS, POLICY = ${toLua(operation)}, ${toLua(fields)}, ${toLua(used)}\n${rules}`
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
  const operations = Object.keys(needs) as Operation[]
  const scripts = new Map(operations.map((each) => [each, defineScript(redis, scriptOf(each, policy))]))
  const beginning = `${keyPrefix}:{otp}:`

  // How far the server's clock is ahead of ours, a little too far by the time an answer takes.
  let aheadMs: number | undefined

  const run = async <T>(operation: Operation, input: Subjects): Promise<T> => {
    const script = scripts.get(operation) as RedisScript
    const keys = needs[operation].fields.map((field) => beginning + keyOf[field](input))
    const askedAt = systemClock.now()
    const notAfter = clock || aheadMs === undefined ? '' : askedAt + aheadMs + patienceMs
    const answer = await script(keys, [JSON.stringify(input), clock?.now() ?? '', notAfter])
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
