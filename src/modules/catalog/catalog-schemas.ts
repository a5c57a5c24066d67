import { Type } from 'typebox'
import { neededHeader } from '../../platform/http/describe-parameters.ts'
import { idOf, orNull, plainText } from '../../platform/http/shapes.ts'
import { linesPattern } from '../../platform/plain-text.ts'

/** What several schemas of the module share. */

export const imageUrl = Type.String({
  maxLength: 500,
  pattern: '^https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[!#-;=?-\\[\\]_a-z~%]*)?$',
  description: 'An address that begins with https:// and has no spaces.',
  examples: ['https://img.shop.example/milk.jpg'],
})

export const position = Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'The lowest comes first.' })

export const archived = Type.Optional(
  Type.Literal(false, { description: 'Brings it back. To archive it, use DELETE.' }),
)

export const archivedQuery = Type.Optional(
  Type.String({ enum: ['yes', 'no'], description: 'Whether archived ones are asked for. Default no.' }),
)

const etag = { maxLength: 100, description: 'The ETag of what you read.' }
export const ifMatch = Type.Object({ 'if-match': neededHeader(etag) })
/** Where it may be that there is nothing yet. */
export const ifMatchIfThere = Type.Object({ 'if-match': Type.Optional(Type.String(etag)) })

export const idempotencyKey = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      maxLength: 200,
      description: 'Done once for each key; the same request later gets the first answer.',
    }),
  ),
})

export const time = Type.String({ format: 'date-time' })

export const stamps = {
  version: Type.Integer({ description: 'As in the ETag.' }),
  createdAt: time,
  updatedAt: time,
  archivedAt: orNull(time),
}

export const name = (longest: number) =>
  plainText(longest, `Text without control or invisible characters, 1 to ${longest} characters.`)

/** A text that may have several lines. */
export const longText = Type.String({
  maxLength: 4000,
  pattern: linesPattern,
  description: 'Text in one or more lines, without other control or invisible characters.',
})

export const categoryId = idOf('cat', 'Of a category.')
export const productId = idOf('prd', 'Of a product.')
export const variantId = idOf('var', 'Of a variant.')
export const storeId = idOf('sto', 'Of a store.')
