import { setTimeout as sleep } from 'node:timers/promises'
import type { Chance } from './chance.ts'
import type { Fleet } from './checkout-fleet.ts'
import { passTime } from './checkout-quiet.ts'
import type { Tally } from './checkout-report.ts'
import { fairWeather, type Till } from './checkout-till.ts'
import type { Town } from './checkout-town.ts'
import type { Play } from './fake-gateway.ts'
import type { RazorpayOperation } from './fake-razorpay.ts'
import type { OwnPostgres } from './own-postgres.ts'

export interface Chaos {
  /** The worst is over: everything works again, and what was running goes on. */
  end(): Promise<void>
}

interface Breaking {
  fleet: Fleet
  postgres: OwnPostgres
  till: Till
  town: Town
  chance: Chance
  tally: Tally
}

const operations: readonly RazorpayOperation[] = [
  'createOrder',
  'listOrders',
  'readOrder',
  'orderPayments',
  'readPayment',
  'capture',
  'refund',
  'paymentRefunds',
  'readRefund',
]
const storm = { dropPercent: 20, copyPercent: 25, delayPercent: 35, longestDelayMs: 2500 }
const usualStartMs = 2000
const postgresOutageEveryMs = 12_000

/** Breaks one thing after the other until it is ended. */
export function startChaos({ fleet, postgres, till, town, chance, tally }: Breaking): Chaos {
  const over = new AbortController()
  /** Longer where a start takes longer than on a machine that does nothing else: else there would be nothing to break. */
  const rest = (ms: number) => sleep(ms * Math.max(1, fleet.startMs / usualStartMs), undefined, { signal: over.signal })

  async function killServers(): Promise<void> {
    const own = chance.of('kills')
    for (;;) {
      await rest(1000 + own.below(1500))
      const at = own.below(fleet.urls.length)
      if (fleet.isReady(at) || own.percent(10)) fleet.kill(at) // else it would never get there
    }
  }

  async function crashPostgres(): Promise<void> {
    await rest(4000)
    for (;;) {
      await postgres.kill()
      tally.count('PostgreSQL killed and started again')
      await postgres.start()
      await rest(postgresOutageEveryMs)
    }
  }

  const badPlay = (own: Chance): Play =>
    own.oneOf<Play>(['lose', 'lose', 'hang', 'reset', 'html', { status: 500 }, { status: 502 }, { afterMs: 400 }])

  async function troubleGateway(): Promise<void> {
    const own = chance.of('gateway')
    for (;;) {
      const plays = operations.map((operation): [string, Play[]] => {
        if (!own.percent(25)) return [operation, ['work']]
        const bad = Array.from({ length: 1 + own.below(4) }, () => badPlay(own))
        tally.count('answers of the gateway that went wrong', bad.length)
        return [operation, [...bad, 'work']]
      })
      await till.play(Object.fromEntries(plays))
      if (own.percent(20)) await till.endRefunds()
      await till.refundsBecome(own.percent(30) ? 'pending' : 'processed')
      await rest(500 + own.below(1000))
    }
  }

  async function forge(): Promise<void> {
    const own = chance.of('forger')
    for (;;) {
      await rest(300)
      const { orders } = await till.state()
      const unpaid = orders.filter(({ status }) => status !== 'paid')
      if (unpaid.length === 0) continue
      const status = await till.forge(own.oneOf(unpaid), own.oneOf(fleet.urls))
      tally.count('webhooks forged')
      if (status >= 200 && status < 300) tally.count('forged webhooks that were believed')
    }
  }

  /** Looks that are due in minutes are due in seconds, so that they meet everything else. */
  async function hurryTime(): Promise<void> {
    for (;;) {
      await rest(4000)
      await passTime(town.database).catch(() => undefined) // while there is no database
    }
  }

  till.weather(storm)
  const troubles = [killServers, crashPostgres, troubleGateway, forge, hurryTime].map((trouble) =>
    trouble().catch((error: unknown) => {
      if (!over.signal.aborted) throw error
    }),
  )
  const all = Promise.all(troubles)
  all.catch(() => undefined) // whoever ends it learns of it
  return {
    async end() {
      over.abort()
      await all
      till.weather(fairWeather)
      await till.play(Object.fromEntries(operations.map((operation) => [operation, 'work'])))
      await till.refundsBecome('processed')
      await fleet.allReady()
    },
  }
}
