import { pino } from 'pino'
import { connectDatabase } from '../../src/platform/database/connect-database.ts'
import { setClock } from './clock.ts'
import { settingsFor } from './databases.ts'
import { aStockroom } from './stock.ts'

/** What a process of its own does to the stock of a store. It prints a line for each thing that it has done. */
export interface StockWork {
  kind: 'buy' | 'expire' | 'commit'
  storeId: string
  variantIds: string[]
  /** Names its orders. */
  name: string
  count: number
  /** Every second buyer pays; others leave what they hold. `never`: they give it back. */
  pays: 'half' | 'never'
  /** At most so many variants for a buyer, in any order. */
  mostLines: number
  reservationIds: string[]
  now: number
}

const atOnce = 8

/** The same numbers each time, from 0 to below 1. */
function numbersFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

async function work(url: string, task: StockWork): Promise<void> {
  const { storeId, variantIds, name, count, pays, mostLines, reservationIds } = task
  const settings = settingsFor({
    DATABASE_URL: url,
    DATABASE_POOL_SIZE: String(atOnce),
    DATABASE_CONNECT_TIMEOUT_MS: '20000',
    DATABASE_STATEMENT_TIMEOUT_MS: '20000',
  })
  const database = await connectDatabase(settings, { log: pino({ level: 'silent' }) })
  const { inventory, within } = aStockroom(database, { clock: setClock(task.now) })
  const say = (...words: (string | number | boolean)[]) => {
    process.stdout.write(`${words.join(' ')}\n`)
  }
  const random = numbersFrom([...name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7))

  function linesOfABuyer() {
    const lines = 1 + Math.floor(random() * mostLines)
    return Array.from({ length: lines }, () => ({
      variantId: variantIds[Math.floor(random() * variantIds.length)] ?? '',
      quantity: mostLines === 1 ? 1 : 1 + Math.floor(random() * 3),
    }))
  }

  async function buy(at: number): Promise<void> {
    const lines = linesOfABuyer()
    const reserved = await within((tx) => inventory.reserve(tx, { storeId, reference: `${name}-${at}`, lines }))
    if (reserved.outcome !== 'held') return say(reserved.outcome)
    const id = reserved.reservationId
    say('held', id)
    if (pays === 'never') say('released', await within((tx) => inventory.release(tx, id, 'cancelled')))
    else if (at % 2 === 0) say('committed', await within((tx) => inventory.commit(tx, id)))
  }

  async function each(doIt: (at: number) => Promise<void>, times: number): Promise<void> {
    let next = 0
    const one = async () => {
      while (next < times) {
        next += 1
        await doIt(next - 1)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, one))
  }

  if (task.kind === 'expire') say('expired', await inventory.expireReservations())
  if (task.kind === 'buy') await each(buy, count)
  if (task.kind === 'commit')
    await each(async (at) => {
      const id = reservationIds[at] ?? ''
      say('committed', id, await within((tx) => inventory.commit(tx, id)))
    }, reservationIds.length)
  await database.close()
}

const [url = '', task = '{}'] = process.argv.slice(2)
if (import.meta.main) await work(url, JSON.parse(task) as StockWork)
