import { defineProblems, retryAfter } from '../../platform/http/problem.ts'

export const orderStreamProblems = defineProblems('order_stream', {
  tooMany: {
    status: 429,
    message: 'Too many streams are open for this account: close one first',
    details: retryAfter,
  },
})
