import { Redis } from 'ioredis'
import type { ChallengeStore, IssueInput, VerifyInput } from '../../src/modules/sign-in/challenge-store.ts'
import { signInSettings } from '../../src/modules/sign-in/index.ts'
import { createMemoryChallengeStore } from '../../src/modules/sign-in/memory-challenge-store.ts'
import { createRedisChallengeStore } from '../../src/modules/sign-in/redis-challenge-store.ts'
import type { SignInPolicy } from '../../src/modules/sign-in/sign-in-policy.ts'
import { policyFrom } from '../../src/modules/sign-in/sign-in-policy.ts'
import { readSection } from '../../src/platform/config/read-section.ts'
import type { SetClock } from './clock.ts'
import { ownPrefix, redisMissing, redisUrl, removeKeys } from './redis.ts'

/** The policy of the default settings, with changes. */
export const defaultPolicy = (env: Record<string, string> = {}): SignInPolicy =>
  policyFrom(readSection(signInSettings, env, { development: true, now: 0 }, []))

/** Both stores, each with the reason to skip it when it cannot run here. */
export const stores = [
  {
    name: 'memory',
    skip: false as string | false,
    open: async (clock: SetClock, policy = defaultPolicy()) => {
      const store: ChallengeStore = createMemoryChallengeStore({ policy, clock })
      return { store, dump: async () => '', end: async () => undefined }
    },
  },
  {
    name: 'Redis',
    skip: redisMissing,
    open: async (clock: SetClock, policy = defaultPolicy()) => {
      const redis = new Redis(redisUrl, { enableAutoPipelining: true })
      const keyPrefix = ownPrefix()
      const store: ChallengeStore = createRedisChallengeStore({ redis, keyPrefix, policy, clock })
      return {
        store,
        /** Every key and value, as text. */
        dump: async () => {
          const keys = await redis.keys(`${keyPrefix}:*`)
          const values = await Promise.all(keys.map((key) => redis.getBuffer(key)))
          return keys.map((key, at) => `${key} ${values[at]?.toString('latin1')}`).join('\n')
        },
        end: async () => {
          await removeKeys(redis, keyPrefix)
          redis.disconnect()
        },
      }
    },
  },
]

let made = 0

/** A send, with everything that the test does not care about filled in. */
export const aSend = (input: Partial<IssueInput> = {}): IssueInput => {
  made += 1
  return {
    phone: 'phone-a',
    prefix: 'prefix-a',
    source: 'source-a',
    fresh: { id: `chl_${made}`, nonce: `nonce-${made}`, digest: 'right' },
    reference: `msg_${made}`,
    locale: 'en',
    client: 'web',
    vendors: [
      { id: 'twilio', pricePaise: 700 },
      { id: 'fast2sms', pricePaise: 25 },
    ],
    ...input,
  }
}

/** A verify with a wrong code. */
export const aGuess = (input: Partial<VerifyInput> = {}): VerifyInput => ({
  phone: 'phone-a',
  prefix: 'prefix-a',
  source: 'source-a',
  digest: 'wrong',
  ...input,
})
