import { numberedId } from '../browse/make-catalogue.ts'
import { type NotedStatement, openNoting } from '../browse/noted-sql.ts'
import { storeIds } from '../browse/pages.ts'
import { literal, withExpressions } from '../browse/pgbench-scripts.ts'
import type { Script } from '../harness/pgbench.ts'
import type { BenchDatabase } from '../harness/postgres-databases.ts'
import { totalOf } from './filled-carts.ts'
import { openService } from './service-inside.ts'
import type { Good } from './shop-rules.ts'
import { createShoppers, type Shopper } from './shoppers.ts'
import { openSignIn } from './tokens.ts'

/** Of each store, as many different goods as a script names. */
const goodsInScript = 100

/** As `numberedId` makes it, of a variable. */
const drawnId = (prefix: string, variable: string): string => `('${prefix}_' || lpad(:${variable}::text, 26, '0'))`

/** From the beginning of the transaction that has most statements to its end. */
function transactionOf(noted: readonly NotedStatement[]): NotedStatement[] {
  const begins = noted.flatMap(({ sql }, at) => (sql === 'begin' ? [at] : []))
  const all = begins.map((from) =>
    noted.slice(from, noted.findIndex(({ sql }, at) => at > from && sql === 'commit') + 1),
  )
  return all.sort((a, b) => b.length - a.length)[0] ?? []
}

/** One text with expressions in the place of parts of it. */
function withParts(text: string, parts: ReadonlyMap<string, string>): string {
  let expression = literal(text)
  for (const [part, drawn] of parts) if (text.includes(part)) expression = `replace(${expression}, '${part}', ${drawn})`
  return expression
}

function toScript(
  statements: readonly NotedStatement[],
  shopper: Shopper,
  storeNumber: number,
  goods: readonly Good[],
) {
  const some = literal(goods.slice(0, goodsInScript).map(({ variantId }) => variantId))
  const drawn = shopper.lines.map(({ variantId }, at) => [variantId, `((${some}::text[])[:g${at}])`] as const)
  const known = new Map<string, string>([
    [shopper.userId, drawnId('usr', 'u')],
    [shopper.addressId, drawnId('adr', 'u')],
    [numberedId('crt', shopper.number), drawnId('crt', 'u')],
    ...drawn,
  ])
  /** Ids that were made for this order: another one each time. */
  const made = /\b(ord|pay|rsv)_[0-7][0-9a-hjkmnp-tv-z]{25}/g
  const expressionOf = (value: unknown): string => {
    if (Buffer.isBuffer(value)) return `E'\\\\x${value.toString('hex')}'`
    if (typeof value === 'string') {
      if (/^[\da-f]{8}-[\da-f]{4}-/.test(value)) return 'gen_random_uuid()'
      const parts = new Map([...known].filter(([part]) => value.includes(part)))
      for (const [id, prefix] of value.matchAll(made)) parts.set(id, drawnId(`${prefix}`, 'number'))
      return parts.has(value) ? (parts.get(value) ?? '') : withParts(value, parts)
    }
    if (Array.isArray(value) && value.every((each) => typeof each === 'string'))
      return `array[${value.map(expressionOf).join(', ')}]::text[]`
    return literal(value)
  }
  const statementTexts = statements.map(({ sql, values }) =>
    withExpressions(sql, (index) => expressionOf(values[index])),
  )
  return [
    '\\set number random(1, 1000000000000000)',
    `\\set k random(400, ${Math.floor(6000 / storeIds.length)})`,
    `\\set u :k * ${storeIds.length} + ${storeNumber - 1}`,
    // Different ones, so that there are three lines.
    ...shopper.lines.map((_, at) => `\\set g${at} random(${at * 33 + 1}, ${at * 33 + 33})`),
    ...statementTexts.map((sql) => `${sql.trim()};`),
    '',
  ].join('\n')
}

export interface NotedOrders {
  scripts: Script[]
  /** Statements that requests make: those of an order's transaction, and of a whole checkout. */
  statements: { order: number; checkout: number }
}

/**
 * The transaction of an order as scripts, one for each store, its customer, goods and ids drawn by `pgbench`. The carts of
 * customers from 1,200 to 6,000 are filled.
 */
export async function noteOrders(
  database: BenchDatabase,
  goods: ReadonlyMap<string, readonly Good[]>,
): Promise<NotedOrders> {
  const noting = await openNoting(database.url)
  const { ask, close } = await openService(database.url, { database: noting.database })
  try {
    const next = createShoppers(goods, await openSignIn(database), { first: 20_001 })
    const order = async (shopper: Shopper) => {
      const { headers, storeId, addressId, lines } = shopper
      const cart = await noting.note(async () => {
        for (const { variantId, quantity } of lines)
          await ask('PUT', `/cart/lines/${variantId}`, { quantity, storeId }, headers)
        await ask('PUT', '/cart/address', { addressId }, headers)
      })
      // Under an id that says whose it is, as the filled ones have.
      await database.query('update carts set id = $2 where user_id = $1', [
        shopper.userId,
        numberedId('crt', shopper.number),
      ])
      const wanted = { expectedTotalPaise: totalOf(shopper), paymentMethod: 'cash' }
      const noted = await noting.note(() =>
        ask('POST', '/orders', wanted, `${headers}Idempotency-Key: ${shopper.userId}\r\n`),
      )
      return { cart, statements: transactionOf(noted) }
    }
    for (let at = 0; at < 2 * storeIds.length; at += 1) await order(next()) // what is read once is in memory
    const scripts: Script[] = []
    let counts = { order: 0, checkout: 0 }
    for (let at = 0; at < storeIds.length; at += 1) {
      const shopper = next()
      const { cart, statements } = await order(shopper)
      const storeNumber = storeIds.indexOf(shopper.storeId) + 1
      scripts.push({ text: toScript(statements, shopper, storeNumber, goods.get(shopper.storeId) ?? []), weight: 1 })
      const count = (noted: readonly NotedStatement[]) =>
        noted.filter(({ sql }) => !/^(begin|commit)$/.test(sql)).length
      counts = { order: count(statements), checkout: count(cart) + count(statements) }
    }
    return { scripts, statements: counts }
  } finally {
    await close()
    await noting.database.close()
  }
}
