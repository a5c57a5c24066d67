import type { Database } from '../../platform/database/database.ts'

export interface ShelfProduct {
  /** JSON of the card. */
  card: string
  description: string | null
  imageUrls: string[]
  attributes: Record<string, string>
  /** From the root. */
  categories: { id: string; slug: string; name: string }[]
  variants: {
    id: string
    ean: string | null
    hsnCode: string
    gstBasisPoints: number
    weightGrams: number | null
    storage: string
  }[]
}

/** A product as it is sold in a store, or nothing when it is not on the shelf there. */
export async function readShelfProduct(
  database: Pick<Database, 'lookUp'>,
  { storeId, productId }: { storeId: string; productId: string },
): Promise<ShelfProduct | undefined> {
  const { rows } = await database.lookUp(
    `select s.card, p.description, p.image_urls as "imageUrls", p.attributes,
       (select json_agg(json_build_object('id', c.id, 'slug', c.slug, 'name', c.name) order by c.depth)
        from categories c where c.id in (s.category_1, s.category_2, s.category_3)) as categories,
       (select json_agg(json_build_object('id', v.id, 'ean', v.ean, 'hsnCode', v.hsn_code,
          'gstBasisPoints', v.gst_basis_points, 'weightGrams', v.weight_grams, 'storage', v.storage))
        from variants v where v.product_id = p.id) as variants
     from shelf_items s join products p on p.id = s.product_id
     where s.store_id = $1 and s.product_id = $2`,
    [storeId, productId],
    'shelf-product',
  )
  return rows[0] as ShelfProduct | undefined
}
