import { showRupees } from '../../platform/money.ts'
import type { BillFee, FeeKind } from './bill.ts'

export interface FeeRuleContent {
  /** Null: of all stores. */
  storeId: string | null
  kind: FeeKind
  /** 0 waives it. */
  amountPaise: number
  /** What the items cost, before a coupon: from this on, and below that. */
  itemsFromPaise: number | null
  itemsBelowPaise: number | null
  /** Of the day in India, `HH:MM`; over midnight where it ends at or before its beginning. */
  window: { from: string; to: string } | null
  /** In the place of the words that are made of its conditions. */
  explanation: string | null
  /** Among those of one kind and store the lowest comes first. */
  position: number
  isActive: boolean
}

export interface FeeRule extends FeeRuleContent {
  id: string
  version: number
  createdAt: Date
  updatedAt: Date
  archivedAt: Date | null
}

/** As it is submitted: what is absent is as usual. */
export type NewFeeRule = Pick<FeeRuleContent, 'kind' | 'amountPaise'> & Partial<FeeRuleContent>

const usual: Omit<FeeRuleContent, 'kind' | 'amountPaise'> = {
  storeId: null,
  itemsFromPaise: null,
  itemsBelowPaise: null,
  window: null,
  explanation: null,
  position: 0,
  isActive: true,
}

export const toFeeRuleContent = (rule: NewFeeRule): FeeRuleContent => ({ ...usual, ...rule })

/** As operators see it. */
export const toFeeRuleView = ({ createdAt, updatedAt, archivedAt, ...rule }: FeeRule) => ({
  ...rule,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
  archivedAt: archivedAt?.toISOString() ?? null,
})
export type FeeRuleView = ReturnType<typeof toFeeRuleView>

const minuteMs = 60_000
/** All of India is one zone, without summer time. */
const indiaOffsetMinutes = 330

/** Minutes since midnight in India. */
export const minuteOfDay = (instant: number): number => (Math.floor(instant / minuteMs) + indiaOffsetMinutes) % 1440

/** Of `HH:MM`. */
export const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

export const timeOf = (minutes: number): string =>
  [Math.floor(minutes / 60), minutes % 60].map((each) => String(each).padStart(2, '0')).join(':')

/** What a rule looks at. */
export interface FeeOccasion {
  storeId: string
  itemsPaise: number
  minute: number
}

function applies({ itemsFromPaise, itemsBelowPaise, window }: FeeRuleContent, occasion: FeeOccasion): boolean {
  const { itemsPaise, minute } = occasion
  if (itemsFromPaise !== null && itemsPaise < itemsFromPaise) return false
  if (itemsBelowPaise !== null && itemsPaise >= itemsBelowPaise) return false
  if (!window) return true
  const [from, to] = [minutesOf(window.from), minutesOf(window.to)]
  return from < to ? minute >= from && minute < to : minute >= from || minute < to
}

function rangeWords({ itemsFromPaise, itemsBelowPaise }: FeeRuleContent): string {
  if (itemsFromPaise && itemsBelowPaise !== null)
    return ` on orders from ${showRupees(itemsFromPaise)} to below ${showRupees(itemsBelowPaise)}`
  if (itemsBelowPaise !== null) return ` on orders below ${showRupees(itemsBelowPaise)}`
  return itemsFromPaise ? ` on orders from ${showRupees(itemsFromPaise)}` : ''
}

/** Why a fee is so much, in words for customers: `₹25 on orders below ₹199`. */
export function explainFee(rule: FeeRuleContent): string {
  if (rule.explanation !== null) return rule.explanation
  const amount = rule.amountPaise === 0 ? 'Free' : showRupees(rule.amountPaise)
  const when = rule.window ? ` from ${rule.window.from} to ${rule.window.to}` : ''
  const words = `${rangeWords(rule)}${when}`
  return `${amount}${words || ' on every order'}`
}

const byPosition = (a: FeeRule, b: FeeRule): number => a.position - b.position || (a.id < b.id ? -1 : 1)

/** Rules that are active, so that those of a store are at hand. */
export interface FeeBook {
  /** Of each kind the first rule that applies, those of the store before those of all. */
  feesFor(occasion: FeeOccasion): BillFee[]
}

export function createFeeBook(rules: readonly FeeRule[]): FeeBook {
  const words = new Map(rules.map((rule) => [rule.id, explainFee(rule)]))
  const byStore = Map.groupBy([...rules].sort(byPosition), ({ storeId }) => storeId)
  return {
    feesFor(occasion) {
      const fees = new Map<FeeKind, BillFee>()
      for (const rule of [...(byStore.get(occasion.storeId) ?? []), ...(byStore.get(null) ?? [])]) {
        const { id, kind, amountPaise } = rule
        if (!fees.has(kind) && applies(rule, occasion))
          fees.set(kind, { kind, amountPaise, explanation: words.get(id) ?? null })
      }
      return [...fees.values()]
    },
  }
}
