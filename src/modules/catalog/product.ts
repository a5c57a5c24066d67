import { toVariantView, type Variant } from './variant.ts'

export interface ProductContent {
  /** What an operator's own files call it. */
  code: string
  categoryId: string
  name: string
  brand: string | null
  description: string | null
  imageUrls: string[]
  attributes: Record<string, string>
  keywords: string[]
}

/** One thing that can be sold, in one or more packs. */
export interface Product extends ProductContent {
  id: string
  version: number
  createdAt: Date
  updatedAt: Date
  archivedAt: Date | null
}

export interface DetailedProduct extends Product {
  /** By position, archived ones too. */
  variants: Variant[]
}

export const mostVariants = 50

/** As operators see it in a list. */
export const toProductView = ({ createdAt, updatedAt, archivedAt, ...product }: Product) => ({
  ...product,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
  archivedAt: archivedAt?.toISOString() ?? null,
})

export const toDetailedView = ({ variants, ...product }: DetailedProduct) => ({
  ...toProductView(product),
  variants: variants.map(toVariantView),
})
