import { catalogProblems } from './catalog-problems.ts'
import { isEan } from './ean.ts'
import type { VariantContent } from './variant.ts'

/** What a schema cannot say of variants that come together. @throws catalog.invalid, catalog.taken */
export function checkVariants(variants: readonly Partial<VariantContent>[]): void {
  const faults = variants.flatMap(({ ean }, at) =>
    ean && !isEan(ean) ? [`${variants.length > 1 ? `variants/${at}/` : ''}ean has a wrong check digit`] : [],
  )
  if (faults.length > 0) throw catalogProblems.invalid({ faults })
  for (const field of ['sku', 'ean'] as const) {
    const values = variants.flatMap((variant) => variant[field] ?? [])
    if (new Set(values).size < values.length)
      throw catalogProblems.taken({ field, message: `Two of the variants have the same ${field}` })
  }
}
