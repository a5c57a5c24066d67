import { Type } from 'typebox'
import { nextCursor, pageQuery } from '../../platform/http/pagination.ts'
import { aTime, idOf, orNull } from '../../platform/http/shapes.ts'
import {
  archived,
  archivedQuery,
  explanation,
  instant,
  isActive,
  itemsPaise,
  stamps,
  storeId,
} from './pricing-schemas.ts'

const code = Type.String({
  maxLength: 40,
  pattern: '^\\s*[A-Za-z0-9][A-Za-z0-9-]{2,29}\\s*$',
  description: 'Letters, digits and hyphens, 3 to 30; kept in capital letters.',
  examples: ['WELCOME50'],
})
const paise = Type.Integer({ minimum: 1, maximum: 100_000_000 })
const time = aTime('A time.')

const content = {
  storeId,
  discountBasisPoints: orNull(
    Type.Integer({
      minimum: 1,
      maximum: 10_000,
      description: 'Hundredths of a per cent: 5000 is half. Or discountPaise.',
    }),
  ),
  discountPaise: orNull(paise),
  maximumDiscountPaise: orNull(paise),
  minimumItemsPaise: itemsPaise,
  isForFirstOrder: Type.Boolean({ description: 'Whether only an account without another order may use it.' }),
  totalLimit: orNull(Type.Integer({ minimum: 1, maximum: 100_000_000, description: 'How often it can be used.' })),
  customerLimit: orNull(Type.Integer({ minimum: 1, maximum: 1000, description: 'How often by one customer.' })),
  explanation,
  isActive,
}

const optional = Type.Partial(Type.Object({ ...content, startsAt: orNull(time), endsAt: orNull(time) })).properties

export const NewCouponBody = Type.Object({ code, ...optional }, { additionalProperties: false })

export const ChangeCouponBody = Type.Object(
  { code: Type.Optional(code), ...optional, archived },
  { additionalProperties: false, minProperties: 1 },
)

const CouponShape = Type.Object(
  {
    id: Type.String(),
    code: Type.String(),
    ...content,
    explanation: orNull(Type.String()),
    startsAt: orNull(instant),
    endsAt: orNull(instant),
    uses: Type.Integer({ description: 'By orders that came about.' }),
    ...stamps,
  },
  { title: 'Coupon' },
)

export const OneCoupon = Type.Object({ success: Type.Literal(true), coupon: CouponShape })
export const Coupons = Type.Object({ success: Type.Literal(true), coupons: Type.Array(CouponShape), nextCursor })
export const CouponParams = Type.Object({ id: idOf('cpn', 'Of the coupon.') })
export const CouponsQuery = Type.Object({
  code: Type.Optional(code),
  storeId: Type.Optional(idOf('sto', 'Only coupons of this store itself.')),
  archived: archivedQuery,
  ...pageQuery,
})

/** What of a body is kept. */
export const couponFieldNames: ReadonlySet<string> = new Set(Object.keys(NewCouponBody.properties))
