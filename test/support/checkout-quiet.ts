import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../../src/platform/database/database.ts'

const later = [
  `update payments set look_at = now() where look_at > now()`,
  `update refunds set look_at = now() where look_at > now()`,
  `update provider_events set look_at = now() where look_at > now()`,
  `update pgboss.job set start_after = now() where state < 'active' and start_after > now()`,
]

/** All that waits for a later time has its time now. */
export async function passTime({ raw }: Pick<Database, 'raw'>): Promise<void> {
  for (const each of later) await raw(each, [])
}

/** What is not done yet, in words; each is so many rows. */
const undone = {
  'orders that wait for money': `select from orders where status in ('pending_payment', 'payment_failed')`,
  'refunds under way': `select from refunds where status in ('requested', 'pending')`,
  'webhooks that nobody processed': `select from provider_events where processed_at is null`,
  'payments to be looked at': `select from payments where look_at <= now()`,
  'open payments': `select from payments where status in ('created', 'pending', 'failed')`,
  'stock held for nobody': `select from reservations where status = 'held'`,
  jobs: `select from pgboss.job where state < 'completed' and singleton_on is null
    and name <> 'dead-letters'`,
}

async function undoneIn({ raw }: Pick<Database, 'raw'>): Promise<string[]> {
  const parts = Object.values(undone).map((text) => `(select count(*)::int from (${text}) as waiting)`)
  const { rows } = await raw(`select array[${parts.join(', ')}] as counts`, [])
  const { counts } = rows[0] as { counts: number[] }
  return Object.keys(undone).flatMap((name, at) => (counts[at] ? [`${counts[at]} ${name}`] : []))
}

const rounds = 3

/**
 * Lets time pass until nothing is left to do, and then some more of it, in which nothing may come up.
 *
 * @param elsewhere what time does outside of the service
 * @throws Error with what is left, when that does not end
 */
export async function becomeQuiet(
  database: Pick<Database, 'raw'>,
  withinMs: number,
  elsewhere: () => Promise<void> = async () => undefined,
): Promise<void> {
  const deadline = Date.now() + withinMs
  for (let round = 0; round < rounds; round += 1) {
    await passTime(database)
    await elsewhere()
    for (let passedAt = Date.now(); ; ) {
      await sleep(250)
      const left = await undoneIn(database)
      if (left.length === 0) break
      if (Date.now() > deadline) throw new Error(`it does not become quiet: ${left.join(', ')}`)
      if (Date.now() - passedAt < 3000) continue
      await passTime(database)
      await elsewhere()
      passedAt = Date.now()
    }
  }
}
