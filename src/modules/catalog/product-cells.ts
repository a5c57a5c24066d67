import { linesPattern, plainWithoutBarPattern } from '../../platform/plain-text.ts'
import { integer, list, oneOf, oneOfNumbers, optional, required, rupees, text, yesOrNo } from '../imports/index.ts'
import { isEan } from './ean.ts'
import { gstRates, storages } from './variant.ts'

export const skuText = text({
  longest: 40,
  pattern: /^[A-Z0-9][A-Z0-9._-]*$/,
  reason: 'must be capital letters, digits, dots, hyphens and underscores, 40 characters at most',
})

export const slugText = text({
  longest: 60,
  pattern: /^[a-z0-9]+(?:-[a-z0-9]+)*$/,
  reason: 'must be small letters, digits and single hyphens, 60 characters at most',
})

export const imageUrlText = text({
  longest: 500,
  pattern: /^https:\/\/[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:\/[!#-;=?-[\]_a-z~%]*)?$/,
  reason: 'must be an address that begins with https:// and has no spaces',
})

/** One row for each variant; rows of one product share its code. */
export const productCells = {
  sku: required({ name: 'sku', description: 'Of the variant; what a row is known by.', example: 'MILK-500' }, skuText),
  productCode: required(
    { name: 'product_code', description: 'What the rows of one product share.', example: 'MILK' },
    text({
      longest: 40,
      pattern: /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
      reason: 'must be letters, digits, dots, hyphens and underscores, 40 characters at most',
    }),
  ),
  name: required({ name: 'name', description: 'Of the product.', example: 'Toned Milk' }, text({ longest: 160 })),
  brand: optional({ name: 'brand', description: 'Of the product.', example: 'Nandini' }, text({ longest: 80 })),
  category: required({ name: 'category', description: 'The slug of a category.', example: 'milk' }, slugText),
  description: optional(
    { name: 'description', description: 'Of the product, in one or more lines.', example: 'Fresh every day.' },
    text({
      longest: 4000,
      pattern: new RegExp(linesPattern, 'u'),
      reason: 'must be text without control or invisible characters, 4000 characters at most',
    }),
  ),
  imageUrls: optional(
    {
      name: 'image_urls',
      description: 'Separated by |, the first is shown in lists.',
      example: 'https://img.shop.example/milk.jpg',
    },
    list(imageUrlText, { most: 10 }),
  ),
  keywords: optional(
    { name: 'keywords', description: 'Other words it is found by, separated by |.', example: 'doodh | toned' },
    list(text({ longest: 40, pattern: new RegExp(plainWithoutBarPattern, 'u') }), { most: 20 }),
  ),
  pack: required({ name: 'pack', description: 'How much it is.', example: '500 ml' }, text({ longest: 40 })),
  mrp: required({ name: 'mrp', description: 'In rupees, with all taxes.', example: '28.00' }, rupees()),
  hsnCode: required(
    { name: 'hsn_code', description: '4, 6 or 8 digits.', example: '0401' },
    text({ longest: 8, pattern: /^[0-9]{4}(?:[0-9]{2}){0,2}$/, reason: 'must be 4, 6 or 8 digits' }),
  ),
  gstPercent: required(
    { name: 'gst_percent', description: `One of ${gstRates.join(', ')}.`, example: '5' },
    oneOfNumbers(gstRates),
  ),
  ean: optional(
    { name: 'ean', description: 'As on the bar code.', example: '8901262010016' },
    text({ longest: 14, isFit: isEan, reason: 'must be 8, 12, 13 or 14 digits with a right check digit' }),
  ),
  weightGrams: optional(
    { name: 'weight_grams', description: 'With its packing.', example: '520' },
    integer({ minimum: 1, maximum: 1_000_000 }),
  ),
  storage: optional(
    { name: 'storage', description: `One of ${storages.join(', ')}.`, example: 'chilled' },
    oneOf(storages),
  ),
  maxPerOrder: optional(
    { name: 'max_per_order', description: 'Default 10.', example: '10' },
    integer({ minimum: 1, maximum: 100 }),
  ),
  ageRestricted: optional({ name: 'age_restricted', description: 'yes or no. Default no.', example: 'no' }, yesOrNo),
  position: optional(
    { name: 'position', description: 'Among the variants of the product, the lowest first.', example: '1' },
    integer({ minimum: 0, maximum: 1000 }),
  ),
}
