import { Type } from 'typebox'
import { neededHeader } from '../../platform/http/describe-parameters.ts'
import { idOf, orNull, plainText } from '../../platform/http/shapes.ts'

/** What several schemas of the module share. */

export const storeId = orNull(idOf('sto', 'Of a store; null for all stores.'))

export const explanation = orNull(plainText(120, 'For customers, in the place of words that are made of the numbers.'))

export const isActive = Type.Boolean({ description: 'Whether it counts; true unless it says otherwise.' })

/** What items may cost, as far as rules look at it. */
export const itemsPaise = Type.Integer({ minimum: 0, maximum: 100_000_000 })

export const archived = Type.Optional(
  Type.Literal(false, { description: 'Brings it back. To archive it, use DELETE.' }),
)

export const archivedQuery = Type.Optional(
  Type.String({ enum: ['true', 'false'], description: 'The archived ones in place of the others.' }),
)

export const IfMatchHeaders = Type.Object({
  'if-match': neededHeader({ description: 'The ETag of the version that is changed.' }),
})

export const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      description: 'The same request with the same key is done once; later it gets the first answer, for 24 h.',
    }),
  ),
})

export const instant = Type.String({ format: 'date-time' })

export const stamps = {
  version: Type.Integer({ description: 'As in the ETag.' }),
  createdAt: instant,
  updatedAt: instant,
  archivedAt: orNull(instant),
}
