import type { Generated } from 'kysely'

export type Storage = 'ambient' | 'chilled' | 'frozen'

interface CategoryTable {
  id: string
  parent_id: string | null
  depth: number
  slug: string
  name: string
  image_url: string | null
  position: Generated<number>
  version: Generated<number>
  created_at: Date
  updated_at: Date
  archived_at: Date | null
}

interface ProductTable {
  id: string
  code: string | null
  category_id: string
  name: string
  brand: string | null
  description: string | null
  image_urls: Generated<string[]>
  attributes: Generated<Record<string, string>>
  keywords: Generated<string[]>
  search: Generated<string>
  version: Generated<number>
  created_at: Date
  updated_at: Date
  archived_at: Date | null
}

interface VariantTable {
  id: string
  product_id: string
  sku: string
  ean: string | null
  pack: string
  mrp_paise: number
  hsn_code: string
  gst_basis_points: number
  weight_grams: number | null
  storage: Generated<Storage>
  max_per_order: Generated<number>
  is_age_restricted: Generated<boolean>
  position: Generated<number>
  version: Generated<number>
  created_at: Date
  updated_at: Date
  archived_at: Date | null
}

interface ListingTable {
  store_id: string
  variant_id: string
  mrp_paise: number
  price_paise: number
  is_listed: Generated<boolean>
  rank: Generated<number>
  version: Generated<number>
  created_at: Date
  updated_at: Date
}

interface ShownStockTable {
  store_id: string
  variant_id: string
  units_left: number
}

interface ShelfItemTable {
  store_id: string
  product_id: string
  category_1: string
  category_2: string | null
  category_3: string | null
  brand: string | null
  name: string
  rank: number
  price_paise: number
  is_in_stock: boolean
  search: string
  card: string
}

interface ShelfLockTable {
  product_id: string
}

interface ShelfPendingTable {
  number: Generated<number>
  product_id: string
  has_new_texts: boolean
}

interface SearchWordTable {
  word: string
  stem: string
  frequency: Generated<number>
}

interface SearchSynonymTable {
  term: string
  meanings: string[]
}

declare module '../../platform/database/database.ts' {
  interface Tables {
    categories: CategoryTable
    products: ProductTable
    variants: VariantTable
    listings: ListingTable
    shown_stock: ShownStockTable
    shelf_items: ShelfItemTable
    shelf_locks: ShelfLockTable
    shelf_pending: ShelfPendingTable
    search_words: SearchWordTable
    search_synonyms: SearchSynonymTable
  }
}
