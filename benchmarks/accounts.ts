import { compare } from './accounts/against-peer.ts'
import { caseName, createCase, works } from './accounts/cases.ts'
import { type AccountServer, betterAuth, embedded, floor, onPostgres } from './accounts/servers.ts'
import { measureFirstStart, measureNextStart, measurePostgresStart } from './accounts/starts.ts'
import type { Bench } from './harness/bench.ts'
import { type Case, type CaseResult, measure } from './harness/measure.ts'
import { installPeer } from './harness/peer.ts'
import { findPostgres, type PostgresServer } from './harness/postgres-databases.ts'
import { type RedisProcess, startRedis } from './harness/redis-process.ts'
import type { Fact } from './harness/report.ts'
import type { Place } from './harness/server-process.ts'
import { startVendorStandIn } from './sign-in/vendor-stand-in.ts'

interface Found {
  postgres: PostgresServer | undefined
  redis: RedisProcess | undefined
  hasPeer: boolean
}

/** The servers that can run here, for each kind of work; of each, what it is held against. */
function casesOf(place: Place, { postgres, redis, hasPeer }: Found): Case[] {
  const alone = embedded(place)
  if (!postgres || !redis) return works.map((work) => createCase(work, alone))
  const stores = { postgres, redis }
  const least = floor(place, stores)
  const peer = betterAuth(place, stores, { rateLimit: 'off' })
  const limitedPeer = betterAuth(place, stores, { rateLimit: 'on' })
  return works.flatMap((work) => {
    const held: AccountServer[] = [onPostgres(place, stores), alone, ...(hasPeer ? [peer] : [])]
    if (hasPeer && work === 'sign-in') held.push(limitedPeer)
    return [...held.map((server) => createCase(work, server, least)), createCase(work, least)]
  })
}

/** What the figures of the peer say about ours, work by work. */
const comparisons = (cases: readonly CaseResult[]): Fact[] => {
  const of = (name: string) => cases.find((each) => each.name === name)
  return works.flatMap((work) =>
    compare(
      `${work}: server against better-auth, PostgreSQL`,
      of(caseName(work, { name: 'server, PostgreSQL + Redis' })),
      of(caseName(work, { name: 'better-auth' })),
    ),
  )
}

const describePostgres = (postgres: PostgresServer | undefined): string => {
  if (!postgres) return 'none'
  const place = postgres.isPinned() ? 'its backends on the core of the server' : 'not pinned'
  return `${postgres.version}, ${place}${postgres.isVisible ? '' : ', its CPU time unknown'}`
}

/** One operation is a whole sign-in with account and session, an account read with its token, or a session refreshed. */
export const bench: Bench = async ({ effort, place, say, only }) => {
  const redis = await startRedis(place.cores.server)
  const postgres = await findPostgres()
  const hasPeer = await installPeer('better-auth')
  const vendor = await startVendorStandIn()
  if (!redis) say('NO REDIS: only the embedded cases run (no redis-server to start, none at REDIS_URL)')
  if (!postgres) say('NO POSTGRESQL: only the embedded cases run (none at BENCH_DATABASE_URL)')
  if (!hasPeer) say('NO BETTER-AUTH: its cases are left out (it could not be installed)')
  try {
    const all = casesOf(place, { postgres, redis, hasPeer })
    const wanted = all.filter(({ name }) => !only || name.includes(only))
    const floors = new Set(wanted.map((each) => each.floor))
    const cases = await measure(
      all.filter((each) => wanted.includes(each) || floors.has(each.name)),
      effort,
      say,
    )

    const measures: Record<string, () => Promise<Fact[]>> = {
      'start, embedded, first': () => measureFirstStart(place),
      'start, embedded, next': () => measureNextStart(place),
      ...(postgres &&
        redis && { 'start, PostgreSQL + Redis': () => measurePostgresStart(place, { postgres, redis, vendor }) }),
    }
    const facts = comparisons(cases)
    for (const [name, take] of Object.entries(measures)) {
      if (only && !name.includes(only)) continue
      say(`measuring ${name}`)
      facts.push(...(await take()))
    }
    return {
      circumstances: {
        redis: redis ? (redis.isOwn ? 'own, on the core of the server' : 'found, not pinned') : 'none',
        postgres: describePostgres(postgres),
      },
      cases,
      facts,
    }
  } finally {
    await vendor.close()
    await postgres?.close()
    await redis?.stop()
  }
}
