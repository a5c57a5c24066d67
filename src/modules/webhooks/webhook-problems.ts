import { Type } from 'typebox'
import { defineProblems } from '../../platform/http/problem.ts'

export const mostEndpoints = 100

export const webhookProblems = defineProblems('webhook', {
  noSuchEndpoint: { status: 404, message: 'There is no such endpoint' },
  noSuchDelivery: { status: 404, message: 'There is no such delivery' },
  urlRefused: {
    status: 400,
    message: 'Nothing is sent to this address',
    details: { reason: Type.String({ description: 'Why, as the end of a sentence.' }) },
  },
  tooMany: { status: 409, message: `There are ${mostEndpoints} endpoints already: delete one first` },
  disabled: { status: 409, message: 'The endpoint is disabled: enable it first' },
})
