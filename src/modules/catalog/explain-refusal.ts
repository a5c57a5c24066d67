import { constraintOf } from '../../platform/database/statement-error.ts'
import { catalogProblems, categoryProblems } from './catalog-problems.ts'

const fields: Readonly<Record<string, string>> = {
  categories_slug_key: 'slug',
  products_code_key: 'code',
  variants_sku_key: 'sku',
  variants_ean_key: 'ean',
}

/** What clients are told of a constraint that they broke; any other error as it is. */
export function explainRefusal(error: unknown): unknown {
  const constraint = constraintOf(error) ?? ''
  const field = fields[constraint]
  if (field !== undefined) return catalogProblems.taken({ field, message: `Another has this ${field} already` })
  return constraint === 'products_category_fkey' ? categoryProblems.unknown() : error
}
