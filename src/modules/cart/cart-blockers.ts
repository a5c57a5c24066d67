import { showRupees } from '../../platform/money.ts'
import type { LineNotice } from './line-notices.ts'

type Outcome = 'serviceable' | 'paused' | 'store_closed' | 'not_covered'

/** Why a cart cannot be ordered as it is. */
export type Blocker =
  | { kind: 'empty' | 'addressMissing' | 'notPayable'; message: string }
  | { kind: 'linesNotSold' | 'linesShort' | 'linesAboveMaximum'; message: string; variantIds: string[] }
  | { kind: 'notServiceable'; message: string; outcome: Exclude<Outcome, 'serviceable'> }
  | { kind: 'belowMinimum'; message: string; minimumOrderPaise: number; missingPaise: number }

export interface Ordered {
  lines: readonly { variantId: string; quantity: number; notices: readonly LineNotice[] }[]
  /** An address of the account's: where somebody is does not say at which door. */
  hasAddress: boolean
  /** Nothing is known of it without a place. */
  serviceability: { outcome: Outcome; minimumOrderPaise?: number } | null
  /** What the goods cost, before coupon and fees. */
  goodsPaise: number
  /** Some way to pay takes what it all comes to. */
  isPayable: boolean
}

const unserved = {
  paused: 'The store takes no orders for the moment',
  store_closed: 'The store is closed',
  not_covered: 'The store does not deliver there',
} as const

const lineBlockers = {
  linesNotSold: 'Take out what is not sold any more',
  linesShort: 'There is not enough of everything',
  linesAboveMaximum: 'There is more of something than an order can have',
} as const

function blockersOfLines(lines: Ordered['lines']): Blocker[] {
  const found: Record<keyof typeof lineBlockers, string[]> = { linesNotSold: [], linesShort: [], linesAboveMaximum: [] }
  for (const { variantId, quantity, notices } of lines)
    for (const notice of notices) {
      if (notice.kind === 'notSold') found.linesNotSold.push(variantId)
      if (notice.kind === 'short') found.linesShort.push(variantId)
      if (notice.kind === 'atMaximum' && quantity > notice.maxPerOrder) found.linesAboveMaximum.push(variantId)
    }
  return (['linesNotSold', 'linesShort', 'linesAboveMaximum'] as const)
    .filter((kind) => found[kind].length > 0)
    .map((kind) => ({ kind, message: lineBlockers[kind], variantIds: found[kind] }))
}

/** Everything that has to change before the cart can be ordered; nothing when it can. */
export function blockersOf({ lines, hasAddress, serviceability, goodsPaise, isPayable }: Ordered): Blocker[] {
  const blockers = blockersOfLines(lines)
  if (lines.length === 0) blockers.push({ kind: 'empty', message: 'There is nothing in the cart' })
  if (!hasAddress) blockers.push({ kind: 'addressMissing', message: 'Choose the address to deliver to' })
  if (!isPayable) blockers.push({ kind: 'notPayable', message: 'No way to pay takes this total' })
  if (!serviceability) return blockers
  const { outcome, minimumOrderPaise = 0 } = serviceability
  const missingPaise = minimumOrderPaise - goodsPaise
  if (outcome !== 'serviceable') blockers.push({ kind: 'notServiceable', message: unserved[outcome], outcome })
  else if (lines.length > 0 && missingPaise > 0) {
    const message = `Add things for ${showRupees(missingPaise)} more: the store delivers from ${showRupees(minimumOrderPaise)}`
    blockers.push({ kind: 'belowMinimum', message, minimumOrderPaise, missingPaise })
  }
  return blockers
}
