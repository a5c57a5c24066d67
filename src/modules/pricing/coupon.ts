import { proportion, showRupees } from '../../platform/money.ts'

/** Why a coupon does not count, in words for customers. */
const messages = {
  unknown: 'There is no such coupon',
  notYet: 'This coupon is not valid yet',
  ended: 'This coupon is no longer valid',
  otherStore: 'This coupon is not valid in your store',
  belowMinimum: 'The items do not cost enough for this coupon',
  usedUp: 'This coupon has been used up',
  usedByYou: 'You have used this coupon already',
  notFirstOrder: 'This coupon is for a first order',
  signInNeeded: 'Sign in to use a coupon',
} as const
export type CouponRefusal = keyof typeof messages

export interface CouponContent {
  /** In capital letters. */
  code: string
  /** Null: of all stores. */
  storeId: string | null
  /** Hundredths of a per cent. This or the next, never both. */
  discountBasisPoints: number | null
  discountPaise: number | null
  /** Of a percentage. */
  maximumDiscountPaise: number | null
  minimumItemsPaise: number
  startsAt: Date | null
  /** Not valid any more from this instant on. */
  endsAt: Date | null
  isForFirstOrder: boolean
  totalLimit: number | null
  customerLimit: number | null
  /** In the place of the words that are made of its discount. */
  explanation: string | null
  isActive: boolean
}

export interface Coupon extends CouponContent {
  id: string
  uses: number
  version: number
  createdAt: Date
  updatedAt: Date
  archivedAt: Date | null
}

type Times = 'startsAt' | 'endsAt'

/** As it is submitted, changed fields or all of them: times are texts. */
export type CouponFields = Partial<Omit<CouponContent, Times>> & { [Time in Times]?: string | null }

/** What is absent is as usual. */
export type NewCoupon = CouponFields & Pick<CouponContent, 'code'>

const usual: Omit<CouponContent, 'code'> = {
  storeId: null,
  discountBasisPoints: null,
  discountPaise: null,
  maximumDiscountPaise: null,
  minimumItemsPaise: 0,
  startsAt: null,
  endsAt: null,
  isForFirstOrder: false,
  totalLimit: null,
  customerLimit: null,
  explanation: null,
  isActive: true,
}

/** Of the fields that are there. */
export function toCouponChange({ code, startsAt, endsAt, ...fields }: CouponFields): Partial<CouponContent> {
  return {
    ...fields,
    ...(code !== undefined && { code: normalizeCode(code) }),
    ...(startsAt !== undefined && { startsAt: startsAt === null ? null : new Date(startsAt) }),
    ...(endsAt !== undefined && { endsAt: endsAt === null ? null : new Date(endsAt) }),
  }
}

export const toCouponContent = (coupon: NewCoupon): CouponContent => ({
  ...usual,
  ...toCouponChange(coupon),
  code: normalizeCode(coupon.code),
})

const toText = (time: Date | null): string | null => time?.toISOString() ?? null

/** As operators see it. */
export const toCouponView = ({ startsAt, endsAt, createdAt, updatedAt, archivedAt, ...coupon }: Coupon) => ({
  ...coupon,
  startsAt: toText(startsAt),
  endsAt: toText(endsAt),
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
  archivedAt: toText(archivedAt),
})
export type CouponView = ReturnType<typeof toCouponView>

/** A code as it is compared: `  save20 ` is `SAVE20`. */
export const normalizeCode = (code: string): string => code.trim().toUpperCase()

/** Whether a code that is written so can be a coupon's at all. */
export const isCode = (code: string): boolean => /^[A-Z0-9][A-Z0-9-]{2,29}$/.test(code)

const percent = (basisPoints: number): string => `${basisPoints / 100}%`

/** What a coupon takes off, in words for customers: `50% off, up to ₹100`. */
export function explainCoupon({
  explanation,
  discountBasisPoints,
  discountPaise,
  maximumDiscountPaise,
}: CouponContent): string {
  if (explanation !== null) return explanation
  if (discountBasisPoints === null) return `${showRupees(discountPaise ?? 0)} off`
  const most = maximumDiscountPaise === null ? '' : `, up to ${showRupees(maximumDiscountPaise)}`
  return `${percent(discountBasisPoints)} off${most}`
}

/** What it takes off items that cost so much: never more than that. */
export function discountOf(
  { discountBasisPoints, discountPaise, maximumDiscountPaise }: CouponContent,
  itemsPaise: number,
): number {
  const wanted =
    discountBasisPoints === null ? (discountPaise ?? 0) : proportion(itemsPaise, discountBasisPoints, 10_000)
  return Math.min(wanted, maximumDiscountPaise ?? wanted, itemsPaise)
}

/** What decides whether a coupon counts. */
export interface CouponOccasion {
  storeId: string
  itemsPaise: number
  now: number
  /** Orders of the customer that came about, and how many of them used this coupon. */
  hasOrdered: boolean
  customerUses: number
}

/** Why a coupon does not count, or nothing. What concerns the order comes before what the customer can do nothing about. */
export function refusalOf(coupon: Coupon, occasion: CouponOccasion): CouponRefusal | undefined {
  const { storeId, itemsPaise, now, hasOrdered, customerUses } = occasion
  if (!coupon.isActive) return 'unknown'
  if (coupon.startsAt && now < coupon.startsAt.getTime()) return 'notYet'
  if (coupon.endsAt && now >= coupon.endsAt.getTime()) return 'ended'
  if (coupon.storeId !== null && coupon.storeId !== storeId) return 'otherStore'
  if (coupon.totalLimit !== null && coupon.uses >= coupon.totalLimit) return 'usedUp'
  if (coupon.customerLimit !== null && customerUses >= coupon.customerLimit) return 'usedByYou'
  if (coupon.isForFirstOrder && hasOrdered) return 'notFirstOrder'
  return itemsPaise < coupon.minimumItemsPaise ? 'belowMinimum' : undefined
}

/** For the customer; with the coupon it says how much is missing. */
export function refusalWords(reason: CouponRefusal, coupon?: Coupon, itemsPaise = 0): string {
  if (reason !== 'belowMinimum' || !coupon) return messages[reason]
  const missing = showRupees(coupon.minimumItemsPaise - itemsPaise)
  return `Add items for ${missing} more: this coupon is for ${showRupees(coupon.minimumItemsPaise)} and above`
}
