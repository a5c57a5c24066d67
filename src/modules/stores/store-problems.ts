import { Type } from 'typebox'
import { defineProblems } from '../../platform/http/problem.ts'

const faults = { faults: Type.Array(Type.String(), { description: 'What is wrong, a sentence each.' }) }

export const storeProblems = defineProblems('store', {
  notFound: { status: 404, message: 'There is no such store' },
  codeTaken: { status: 409, message: 'Another store has this code' },
  invalid: { status: 400, message: 'Something is missing or wrong in the store', details: faults },
  hoursInvalid: { status: 400, message: 'The hours cannot be used', details: faults },
  areaInvalid: { status: 400, message: 'The service area cannot be used', details: faults },
  pauseReasonRequired: { status: 400, message: 'A paused store needs a pauseReason' },
  notPaused: { status: 400, message: 'Only a paused store has a pauseReason' },
  tooLarge: {
    status: 413,
    message: 'The store is too large: a service area has at most 2,000 positions, a request at most 256 KiB',
  },
})

export const serviceabilityProblems = defineProblems('serviceability', {
  pointInvalid: {
    status: 400,
    message: 'Say where: lat from -90 to 90 and lng from -180 to 180, decimal numbers such as lat=12.9784&lng=77.6408',
  },
})
