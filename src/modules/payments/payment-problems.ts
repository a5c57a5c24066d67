import { Type } from 'typebox'
import { defineProblems } from '../../platform/http/problem.ts'

const refundablePaise = Type.Integer({ description: 'What can still be given back of it.' })

export const paymentProblems = defineProblems('payment', {
  notFound: { status: 404, message: 'There is no such payment' },
  refundNotFound: { status: 404, message: 'There is no such refund' },
  notGenuine: { status: 400, message: 'This does not come from the payment provider, or is about another payment' },
  notRefundable: {
    status: 409,
    message: 'There is not so much left to give back',
    details: { refundablePaise },
  },
  refundSettled: { status: 409, message: 'This refund needs nobody, or the money was given back another way' },
  notCollected: { status: 409, message: 'There is no cash of this payment to be deposited' },
  notSimulated: { status: 409, message: 'Only an open test payment can be simulated' },
})
