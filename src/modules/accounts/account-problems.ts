import { Type } from 'typebox'
import { defineProblems } from '../../platform/http/problem.ts'

export const accountProblems = defineProblems('account', {
  blocked: { status: 403, message: 'This account is blocked. Contact us if you think that is wrong' },
  phoneInvalid: { status: 400, message: 'Enter a valid mobile number' },
  emailInvalid: { status: 400, message: 'Enter a valid e-mail address' },
  samePhone: { status: 400, message: 'This is your number already' },
  phoneTaken: { status: 409, message: 'Another account has this number' },
  emailTaken: { status: 409, message: 'Another account has this e-mail address' },
  currentCodeRequired: { status: 400, message: 'A code for your number or present e-mail address is needed as well' },
  noIdentity: { status: 409, message: 'This account has no number or e-mail address any more. Contact us' },
  hasOpenOrders: {
    status: 409,
    message: 'You have orders that are under way. Cancel them, or wait until they have arrived',
    details: { orderIds: Type.Array(Type.String(), { description: 'The latest first, 20 at most.' }) },
  },
  lastAdmin: { status: 409, message: 'The last admin cannot leave. Make another one first' },
})

export const sessionProblems = defineProblems('session', {
  refreshRefused: { status: 401, message: 'Sign in again' },
  notFound: { status: 404, message: 'There is no such session' },
})

export const deviceProblems = defineProblems('device', {
  notFound: { status: 404, message: 'There is no such device' },
})

export const addressProblems = defineProblems('address', {
  notFound: { status: 404, message: 'There is no such address' },
  tooMany: { status: 409, message: 'There are as many addresses as an account can have. Delete one first' },
})

export const userProblems = defineProblems('user', {
  notFound: { status: 404, message: 'There is no such user' },
  ownAdminRole: { status: 409, message: 'Another admin has to take this role from you' },
  ownBlock: { status: 409, message: 'You cannot block yourself' },
  storeRequired: { status: 400, message: 'A store manager needs a store' },
})
