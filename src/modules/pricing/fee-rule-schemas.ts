import { Type } from 'typebox'
import { nextCursor, pageQuery } from '../../platform/http/pagination.ts'
import { idOf, orNull } from '../../platform/http/shapes.ts'
import { feeKinds } from './bill.ts'
import { archived, archivedQuery, explanation, isActive, itemsPaise, stamps, storeId } from './pricing-schemas.ts'

const kind = Type.String({ enum: [...feeKinds], description: 'Of each kind one rule counts.' })
const amountPaise = Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'GST included. 0 waives the fee.' })
const time = Type.String({
  pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$',
  description: 'A time of day such as 23:00.',
  examples: ['23:00'],
})
const window = orNull(
  Type.Object(
    { from: time, to: time },
    { description: 'When it applies, in Indian time; over midnight where it ends before it begins.' },
  ),
)
const itemsFromPaise = orNull(itemsPaise)
const itemsBelowPaise = orNull(Type.Integer({ minimum: 1, maximum: 100_000_000 }))
const position = Type.Integer({
  minimum: 0,
  maximum: 1_000_000,
  description: 'Of the rules of a kind that apply, the lowest counts; those of the store itself before those of all.',
})

export const NewFeeRuleBody = Type.Object(
  {
    storeId: Type.Optional(storeId),
    kind,
    amountPaise,
    itemsFromPaise: Type.Optional(itemsFromPaise),
    itemsBelowPaise: Type.Optional(itemsBelowPaise),
    window: Type.Optional(window),
    explanation: Type.Optional(explanation),
    position: Type.Optional(position),
    isActive: Type.Optional(isActive),
  },
  { additionalProperties: false },
)

export const ChangeFeeRuleBody = Type.Object(
  { ...Type.Partial(NewFeeRuleBody).properties, archived },
  { additionalProperties: false, minProperties: 1 },
)

const FeeRuleShape = Type.Object(
  {
    id: Type.String(),
    storeId,
    kind,
    amountPaise,
    itemsFromPaise,
    itemsBelowPaise,
    window,
    explanation: orNull(Type.String()),
    position,
    isActive,
    ...stamps,
  },
  { title: 'FeeRule' },
)

export const OneFeeRule = Type.Object({ success: Type.Literal(true), feeRule: FeeRuleShape })
export const FeeRules = Type.Object({ success: Type.Literal(true), feeRules: Type.Array(FeeRuleShape), nextCursor })
export const FeeRuleParams = Type.Object({ id: idOf('fee', 'Of the fee rule.') })
export const FeeRulesQuery = Type.Object({
  storeId: Type.Optional(idOf('sto', 'Only rules of this store itself.')),
  kind: Type.Optional(kind),
  archived: archivedQuery,
  ...pageQuery,
})

/** What of a body is kept. */
export const feeRuleFieldNames: ReadonlySet<string> = new Set(Object.keys(NewFeeRuleBody.properties))
