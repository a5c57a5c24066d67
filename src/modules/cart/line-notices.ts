import { showRupees } from '../../platform/money.ts'
import type { CartLine } from './cart-contents.ts'

/** What a customer has to know of a line. */
export type LineNotice =
  | { kind: 'priceChanged'; message: string; fromPaise: number; toPaise: number }
  | { kind: 'short'; message: string; wanted: number; available: number }
  | { kind: 'atMaximum'; message: string; maxPerOrder: number }
  | { kind: 'notSold'; message: string }

/** What is so of a variant now. */
export interface Supply {
  pricePaise: number
  maxPerOrder: number
  available: number
}

const saidOfShort = (available: number): string =>
  available === 0 ? 'It is out of stock' : available === 1 ? 'There is only 1 left' : `There are only ${available} left`

/** What to say of a line, most pressing first; without a supply the store does not sell it. */
export function noticesOf(line: CartLine, supply: Supply | undefined): LineNotice[] {
  if (!supply) return [{ kind: 'notSold', message: 'It is not sold here any more' }]
  const { pricePaise: toPaise, maxPerOrder, available } = supply
  const { quantity: wanted, pricePaise: fromPaise } = line
  const notices: LineNotice[] = []
  if (wanted > available) notices.push({ kind: 'short', message: saidOfShort(available), wanted, available })
  if (wanted >= maxPerOrder)
    notices.push({ kind: 'atMaximum', message: `An order has at most ${maxPerOrder} of it`, maxPerOrder })
  if (fromPaise !== null && fromPaise !== toPaise) {
    const message = `Its price went from ${showRupees(fromPaise)} to ${showRupees(toPaise)}`
    notices.push({ kind: 'priceChanged', message, fromPaise, toPaise })
  }
  return notices
}
