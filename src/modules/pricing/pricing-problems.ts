import { Type } from 'typebox'
import { defineProblems } from '../../platform/http/problem.ts'

export const pricingProblems = defineProblems('pricing', {
  invalid: {
    status: 400,
    message: 'Something is missing or wrong in what was sent',
    details: { faults: Type.Array(Type.String(), { description: 'What is wrong, a sentence each.' }) },
  },
  storeUnknown: { status: 409, message: 'There is no store with this storeId' },
})

export const feeRuleProblems = defineProblems('fee_rule', {
  notFound: { status: 404, message: 'There is no such fee rule' },
})

export const couponProblems = defineProblems('coupon', {
  notFound: { status: 404, message: 'There is no such coupon' },
  codeTaken: { status: 409, message: 'Another coupon has this code. Archive it first' },
  limitBelowUses: { status: 409, message: 'The coupon has been used more often than that already' },
})
