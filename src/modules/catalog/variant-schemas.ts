import { type Static, Type } from 'typebox'
import { orNull } from '../../platform/http/shapes.ts'
import { archived, name, productId, stamps, variantId } from './catalog-schemas.ts'
import { gstRates, storages, usualVariant, type VariantContent } from './variant.ts'

const sku = Type.String({
  maxLength: 40,
  pattern: '^[A-Z0-9][A-Z0-9._-]*$',
  description: 'Capital letters, digits, dots, hyphens and underscores.',
  examples: ['AMUL-MILK-500'],
})
const ean = orNull(
  Type.String({
    maxLength: 14,
    pattern: '^(?:[0-9]{8}|[0-9]{12,14})$',
    description: '8, 12, 13 or 14 digits, the last of them a check digit.',
    examples: ['8901262010016'],
  }),
)
const pack = name(40)
const mrpPaise = Type.Integer({ minimum: 1, maximum: 100_000_000, description: 'With all taxes.', examples: [2800] })
const hsnCode = Type.String({
  pattern: '^[0-9]{4}(?:[0-9]{2}){0,2}$',
  description: '4, 6 or 8 digits.',
  examples: ['0401'],
})
const gstPercent = Type.Number({ enum: [...gstRates], description: `One of ${gstRates.join(', ')}.` })

/** What has a default when nothing is said. */
const rest = {
  ean: Type.Optional(ean),
  weightGrams: Type.Optional(orNull(Type.Integer({ minimum: 1, maximum: 1_000_000 }))),
  storage: Type.Optional(Type.String({ enum: [...storages] })),
  maxPerOrder: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  ageRestricted: Type.Optional(Type.Boolean()),
  position: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000, description: 'The lowest comes first.' })),
}

export const NewVariantBody = Type.Object(
  { sku, pack, mrpPaise, hsnCode, gstPercent, ...rest },
  { additionalProperties: false, title: 'NewVariant' },
)

export const ChangeVariantBody = Type.Object(
  {
    sku: Type.Optional(sku),
    pack: Type.Optional(pack),
    mrpPaise: Type.Optional(mrpPaise),
    hsnCode: Type.Optional(hsnCode),
    gstPercent: Type.Optional(gstPercent),
    ...rest,
    archived,
  },
  { additionalProperties: false },
)

/** Named one by one, so that nothing else of a body gets further. What is absent is the usual. */
export const toVariantContent = (body: Static<typeof NewVariantBody>): VariantContent => ({
  sku: body.sku,
  pack: body.pack.trim(),
  mrpPaise: body.mrpPaise,
  hsnCode: body.hsnCode,
  gstPercent: body.gstPercent as number,
  ean: body.ean ?? usualVariant.ean,
  weightGrams: body.weightGrams ?? usualVariant.weightGrams,
  storage: (body.storage ?? usualVariant.storage) as VariantContent['storage'],
  maxPerOrder: body.maxPerOrder ?? usualVariant.maxPerOrder,
  ageRestricted: body.ageRestricted ?? usualVariant.ageRestricted,
  position: body.position ?? usualVariant.position,
})

export const VariantShape = Type.Object(
  {
    id: Type.String(),
    productId: Type.String(),
    sku: Type.String(),
    ean: orNull(Type.String()),
    pack: Type.String(),
    mrpPaise: Type.Integer(),
    hsnCode: Type.String(),
    gstPercent: Type.Number(),
    weightGrams: orNull(Type.Integer()),
    storage: Type.String({ enum: [...storages] }),
    maxPerOrder: Type.Integer(),
    ageRestricted: Type.Boolean(),
    position: Type.Integer(),
    ...stamps,
  },
  { title: 'Variant' },
)

export const OneVariant = Type.Object({ success: Type.Literal(true), variant: VariantShape })
export const VariantParams = Type.Object({ id: variantId })
export const ProductOfVariantParams = Type.Object({ id: productId })
