import { Type } from 'typebox'
import { defineProblems } from '../../platform/http/problem.ts'
import { orNull } from '../../platform/http/shapes.ts'
import { BillView } from '../pricing/index.ts'

/** Why there is no order. None of them leaves anything behind. */
export const placeProblems = defineProblems('order', {
  cartEmpty: { status: 409, message: 'The cart is empty' },
  addressMissing: { status: 409, message: 'Choose an address that is marked on the map, so that we know where to go' },
  notServiceable: {
    status: 409,
    message: 'The store does not deliver there right now',
    details: {
      outcome: Type.String({ enum: ['not_covered', 'store_closed', 'paused'] }),
      reason: Type.String({ description: 'Why it is paused.' }),
      opensAt: Type.String({ format: 'date-time' }),
    },
  },
  belowMinimum: {
    status: 409,
    message: 'The store delivers from a higher amount on',
    details: { minimumOrderPaise: Type.Integer() },
  },
  totalChanged: {
    status: 409,
    message: 'The total has changed. Look at the new bill, and order again',
    details: { bill: BillView },
  },
  linesUnavailable: {
    status: 409,
    message: 'Not all of this is available any more',
    details: {
      lines: Type.Array(
        Type.Object({
          variantId: Type.String(),
          wanted: Type.Integer(),
          available: Type.Integer({ description: 'So many can be ordered.' }),
        }),
      ),
    },
  },
  couponRefused: {
    status: 409,
    message: 'The coupon cannot be used for this order',
    details: { reason: Type.String({ description: 'Such as `usedUp` or `belowMinimum`.' }), bill: BillView },
  },
  paymentMethodUnavailable: {
    status: 422,
    message: 'This order cannot be paid so',
    details: {
      leastPaise: Type.Integer({ description: 'Of a way to pay that takes other orders: the smallest.' }),
      mostPaise: orNull(Type.Integer({ description: 'The largest.' })),
    },
  },
})
