import type { Storage } from './catalog-tables.ts'

export type { Storage } from './catalog-tables.ts'

export const storages: readonly Storage[] = ['ambient', 'chilled', 'frozen']

/** Rates of GST in per cent. */
export const gstRates: readonly number[] = [0, 0.25, 3, 5, 12, 18, 28, 40]

export interface VariantContent {
  sku: string
  ean: string | null
  /** How much it is, such as `500 g`. */
  pack: string
  mrpPaise: number
  hsnCode: string
  gstPercent: number
  weightGrams: number | null
  storage: Storage
  maxPerOrder: number
  ageRestricted: boolean
  /** Among the variants of a product, the lowest first. */
  position: number
}

/** One pack of a product. */
export interface Variant extends VariantContent {
  id: string
  productId: string
  version: number
  createdAt: Date
  updatedAt: Date
  archivedAt: Date | null
}

/** With the name of its product. */
export interface NamedVariant extends Variant {
  name: string
}

/** What a variant has of which nothing is said. */
export const usualVariant = {
  ean: null,
  weightGrams: null,
  storage: 'ambient',
  maxPerOrder: 10,
  ageRestricted: false,
  position: 0,
} as const

/** As operators see it. */
export const toVariantView = ({ createdAt, updatedAt, archivedAt, ...variant }: Variant) => ({
  ...variant,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
  archivedAt: archivedAt?.toISOString() ?? null,
})
