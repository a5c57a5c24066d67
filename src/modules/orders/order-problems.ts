import { Type } from 'typebox'
import { defineProblems } from '../../platform/http/problem.ts'
import { orderStatuses } from './order-status.ts'

const status = { status: Type.String({ enum: [...orderStatuses], description: 'What the order is now.' }) }

export const orderProblems = defineProblems('order', {
  notFound: { status: 404, message: 'There is no such order' },
  noSuchStore: { status: 404, message: 'There is no such store' },
  notInState: { status: 409, message: 'The order is not where this can be done', details: status },
  payTimeOver: { status: 409, message: 'The time to pay for this order is over. Order again' },
  foundInvalid: {
    status: 400,
    message: 'What was found must be lines of the order, each once, and no more than was ordered',
  },
  noSuchRider: { status: 422, message: 'There is no such rider' },
  codeWrong: {
    status: 422,
    message: 'This is not the delivery code of the order',
    details: { triesLeft: Type.Integer() },
  },
  codeLocked: { status: 409, message: 'Too many wrong codes. The store manager has to complete this delivery' },
  cashDiffers: {
    status: 409,
    message: 'This is not the amount that is due in cash',
    details: { duePaise: Type.Integer() },
  },
})
