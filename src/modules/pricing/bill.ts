/** A line to be priced: a variant at its price in a store. */
export interface PricedLine {
  variantId: string
  quantity: number
  mrpPaise: number
  pricePaise: number
  /** Hundredths of a per cent, contained in the price. */
  gstBasisPoints: number
}

/** In the order in which customers know them. */
export const billLineKinds = [
  'itemTotal',
  'productDiscount',
  'coupon',
  'deliveryFee',
  'handlingCharge',
  'smallCartFee',
  'surgeFee',
  'lateNightFee',
  'tip',
] as const
export type BillLineKind = (typeof billLineKinds)[number]

/** What is charged beside the goods, with GST of its own. */
export const feeKinds = ['deliveryFee', 'handlingCharge', 'smallCartFee', 'surgeFee', 'lateNightFee'] as const
export type FeeKind = (typeof feeKinds)[number]

export interface BillLine {
  kind: BillLineKind
  label: string
  /** Negative for what is taken off. */
  amountPaise: number
  /** Why it is so much, or nothing. */
  explanation: string | null
}

/** What a variant costs in this bill. */
export interface BillItem {
  variantId: string
  quantity: number
  mrpPaise: number
  pricePaise: number
  /** Price times quantity. */
  totalPaise: number
  /** Its share of the coupon. */
  couponPaise: number
  payablePaise: number
  /** None, as the halves are, where the bill names no tax. */
  gstBasisPoints: number
  /** Contained in what is payable; each half. */
  cgstPaise: number
  sgstPaise: number
}

/** GST that is contained in what is paid, of one rate. */
export interface TaxPart {
  gstBasisPoints: number
  /** Without the tax. */
  taxablePaise: number
  cgstPaise: number
  sgstPaise: number
}

export interface Bill {
  /** All kinds that are not zero, item total always, and fees that a rule waives. They add up to what is to be paid. */
  lines: BillLine[]
  items: BillItem[]
  toPayPaise: number
  savingsPaise: number
  /** Of a seller who is not registered for GST: nothing. */
  tax: {
    /** By rate; some where there are items, if only of 0 %. */
    goods: TaxPart[]
    /** Delivery and fees; a tip has none. */
    fees: TaxPart | null
    cgstPaise: number
    sgstPaise: number
  }
}

export interface BillFee {
  kind: FeeKind
  amountPaise: number
  explanation: string | null
}

export interface BillInput {
  /** Each variant once, no price above its MRP. */
  lines: readonly PricedLine[]
  /** At most one of a kind. */
  fees: readonly BillFee[]
  /** No more of it counts than the items cost. */
  coupon: { discountPaise: number; explanation: string } | null
  tipPaise: number
  /** Whether the seller is registered for GST: nobody else may say that there is any in a price. */
  isTaxed: boolean
}
