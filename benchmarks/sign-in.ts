import type { Bench } from './harness/bench.ts'
import { type Case, measure } from './harness/measure.ts'
import { startRedis } from './harness/redis-process.ts'
import type { Fact } from './harness/report.ts'
import { memoryCases, redisCases, vendorCases } from './sign-in/cases.ts'
import { measureManyChallenges } from './sign-in/many-challenges.ts'
import { startProduction, startTelling } from './sign-in/service.ts'
import { measureStart } from './sign-in/start-and-idle.ts'
import { startVendorStandIn } from './sign-in/vendor-stand-in.ts'

/** One operation is a whole sign-in: a code asked for, and given back. */
export const bench: Bench = async ({ effort, place, say, only }) => {
  const vendor = await startVendorStandIn()
  const redis = await startRedis(place.cores.server)
  if (!redis) say('NO REDIS: its cases are left out (no redis-server to start, none at REDIS_URL)')
  try {
    const groups = [memoryCases(place), redis ? redisCases(place, redis) : [], vendorCases(place, vendor)]
    const all = groups.flat()
    const wanted = all.filter(({ name }) => !only || name.includes(only))
    const floors = new Set(wanted.map(({ floor }) => floor))
    const chosen: Case[] = all.filter((each) => wanted.includes(each) || floors.has(each.name))
    const cases = await measure(chosen, effort, say)

    const measures: Record<string, () => Promise<Fact[]>> = {
      'start, memory': () =>
        measureStart('production, memory', (env) => startProduction({ ...place, env }, vendor.url)),
      ...(redis && {
        'start, Redis': () =>
          measureStart('production, Redis', (env) =>
            startProduction({ ...place, env, redis: { process: redis, prefix: redis.newPrefix() } }, vendor.url),
          ),
      }),
      'many challenges': () =>
        measureManyChallenges((flags) => startTelling({ ...place, flags: [...place.flags, ...flags] }), {
          ...effort,
          say,
        }),
    }
    const facts: Fact[] = []
    for (const [name, take] of Object.entries(measures)) {
      if (only && !name.includes(only)) continue
      say(`measuring ${name}`)
      facts.push(...(await take()))
    }
    return {
      circumstances: { redis: redis ? (redis.isOwn ? 'own, on the core of the server' : 'found, not pinned') : 'none' },
      cases,
      facts,
    }
  } finally {
    await redis?.stop()
    await vendor.close()
  }
}
