import type { Database } from '../../platform/database/database.ts'
import { readShelfProduct } from './browse-product-queries.ts'
import { productProblems } from './catalog-problems.ts'

interface Card {
  variants: { id: string }[]
}

/** A product as a store sells it: its card, and what only its own page tells. @throws product.not_found where it does not */
export async function browseProduct(
  { database }: { database: Pick<Database, 'lookUp'> },
  { storeId, productId }: { storeId: string; productId: string },
): Promise<object> {
  const found = await readShelfProduct(database, { storeId, productId })
  if (!found) throw productProblems.notFound()
  const { card: text, variants, ...more } = found
  const card = JSON.parse(text) as Card
  const byId = new Map(
    variants.map(({ gstBasisPoints, ...each }) => [each.id, { ...each, gstPercent: gstBasisPoints / 100 }]),
  )
  return { ...card, ...more, variants: card.variants.map((variant) => ({ ...variant, ...byId.get(variant.id) })) }
}
