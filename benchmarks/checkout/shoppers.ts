import type { Role } from '../../src/modules/accounts/permissions.ts'
import { createChance } from '../browse/chance.ts'
import { numberedId } from '../browse/make-catalogue.ts'
import { storeIds } from '../browse/pages.ts'
import { customerCount, storeNumberOf } from './customers.ts'
import type { Good } from './shop-rules.ts'

export interface WantedLine extends Good {
  quantity: number
}

/** Somebody who buys three things, and never did before in this run. */
export interface Shopper {
  /** The customer's. */
  number: number
  userId: string
  addressId: string
  storeId: string
  lines: readonly WantedLine[]
  /** Header lines: signed in, from an address of its own. */
  headers: string
}

/** Header lines by which somebody is signed in. */
export type SignIn = (user: { userId: string; roles?: readonly Role[] }) => string

export const linesOfCart = 3
const seed = 5

/** As proxies name it. */
const from = (number: number): string =>
  `X-Forwarded-For: 10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}\r\n`

/** New shoppers, each customer once. @throws when there are no more */
export function createShoppers(
  goods: ReadonlyMap<string, readonly Good[]>,
  signIn: SignIn,
  { first = 1 }: { first?: number } = {},
): () => Shopper {
  const chance = createChance(seed)
  let number = first - 1
  return () => {
    number += 1
    if (number > customerCount) throw new Error('every customer has shopped')
    const storeId = storeIds[storeNumberOf(number) - 1] ?? ''
    const sold = goods.get(storeId) ?? []
    const lines = new Map<string, WantedLine>()
    while (lines.size < linesOfCart) {
      const good = chance.pick(sold)
      lines.set(good.variantId, { ...good, quantity: 1 + chance.below(2) })
    }
    const userId = numberedId('usr', number)
    return {
      number,
      userId,
      addressId: numberedId('adr', number),
      storeId,
      lines: [...lines.values()],
      headers: `${signIn({ userId })}${from(number)}`,
    }
  }
}
