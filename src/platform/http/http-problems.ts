import { Type } from 'typebox'
import { defineProblems, retryAfter } from './problem.ts'

/** What any route can answer, whatever it is for. */
export const httpProblems = defineProblems('request', {
  malformed: {
    status: 400,
    message: 'The request is not well formed',
    details: {
      fields: Type.Array(Type.String(), {
        description:
          'Which fields are missing or wrong, such as `query.limit`, `body.lines.0.quantity`, `header.if-match`.',
      }),
    },
  },
  unauthorized: { status: 401, message: 'Credentials are missing or wrong' },
  forbidden: { status: 403, message: 'This is not allowed' },
  notFound: { status: 404, message: 'Endpoint not found' },
  methodNotAllowed: { status: 405, message: 'Method not allowed here' },
  tooLarge: { status: 413, message: 'The request is too large' },
  unsupportedMediaType: { status: 415, message: 'Send the body as application/json' },
})

/** What is wrong on this side. The cause is in the log under the same request id. */
export const serverProblems = defineProblems('server', {
  fault: { status: 500, message: 'Internal server error' },
  unavailable: {
    status: 503,
    message: 'The service is not available right now. Try again shortly',
    details: retryAfter,
  },
})
