import { Type } from 'typebox'
import { nextCursor, pageQuery } from '../../platform/http/pagination.ts'
import { idOf, orNull, plainText } from '../../platform/http/shapes.ts'
import { adjustmentKinds } from './adjustment.ts'
import { mostLines, mostUnits } from './stock.ts'

const storeId = idOf('sto', 'Of the store.')
const variantId = idOf('var', 'Of the variant.')
const sku = Type.String({ minLength: 1, maxLength: 40, pattern: '^[ -~]+$', description: 'Of the variant.' })
const mark = Type.Integer({ minimum: 0, maximum: mostUnits })

export const StoreParams = Type.Object({ storeId })
export const LevelParams = Type.Object({ storeId, variantId })

export const StockQuery = Type.Object({
  low: Type.Optional(
    Type.String({
      enum: ['true', 'false'],
      description: 'Only what is at its mark of low stock or under it, the most urgent first.',
    }),
  ),
  sku: Type.Optional(sku),
  ...pageQuery,
})
export const MovementsQuery = Type.Object(pageQuery)

const LevelView = Type.Object(
  {
    variantId: Type.String(),
    sku: Type.String(),
    name: Type.String(),
    pack: Type.String(),
    onHand: Type.Integer(),
    reserved: Type.Integer({ description: 'Promised to orders.' }),
    buffer: Type.Integer({ description: 'Kept back from customers.' }),
    available: Type.Integer({ description: 'What can be promised: onHand less reserved and buffer. May be negative.' }),
    lowStockAt: orNull(Type.Integer()),
    isLow: Type.Boolean(),
    updatedAt: Type.String({ format: 'date-time' }),
  },
  { title: 'StockLevel' },
)

export const OneLevel = Type.Object({ success: Type.Literal(true), level: LevelView })
export const Levels = Type.Object({ success: Type.Literal(true), levels: Type.Array(LevelView), nextCursor })

export const Movements = Type.Object({
  success: Type.Literal(true),
  movements: Type.Array(
    Type.Object(
      {
        number: Type.Integer(),
        kind: Type.String(),
        quantity: Type.Integer(),
        onHandAfter: Type.Integer(),
        reason: orNull(Type.String()),
        reference: orNull(Type.String({ description: 'The order, adjustment or import that it belongs to.' })),
        actorId: orNull(Type.String()),
        at: Type.String({ format: 'date-time' }),
      },
      { title: 'StockMovement' },
    ),
  ),
  nextCursor,
})

export const MarksBody = Type.Object(
  { buffer: Type.Optional(mark), lowStockAt: Type.Optional(orNull(mark)) },
  { minProperties: 1, additionalProperties: false },
)

const reason = plainText(200, 'Why, for whoever looks later.')
// Which of these can be is said line by line, and not by a schema.
const lines = Type.Array(
  Type.Object({
    variantId: Type.Optional(variantId),
    sku: Type.Optional(sku),
    quantity: Type.Number({ description: `A whole number, up to ${mostUnits}. Of a count: how many there are.` }),
  }),
  { minItems: 1, maxItems: mostLines },
)

export const AdjustmentBody = Type.Object(
  { kind: Type.Enum([...adjustmentKinds]), reason, lines },
  { additionalProperties: false },
)
export const TransferBody = Type.Object({ toStoreId: storeId, reason, lines }, { additionalProperties: false })
export const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({ description: 'With the same key the same request is done once, and answered the same again.' }),
  ),
})

export const Adjusted = Type.Object({
  success: Type.Literal(true),
  adjustmentId: Type.String(),
  lines: Type.Array(
    Type.Object({
      variantId: Type.String(),
      sku: Type.String(),
      change: Type.Integer(),
      onHand: Type.Integer(),
      reserved: Type.Integer(),
      available: Type.Integer(),
    }),
    { description: 'How it is now. Of a transfer: in the store that gave.' },
  ),
})
