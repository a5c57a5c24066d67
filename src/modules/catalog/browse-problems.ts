import { defineProblems } from '../../platform/http/problem.ts'

/** A store that is not there any more is not there for shoppers. */
export const shopProblems = defineProblems('shop', {
  storeNotFound: { status: 404, message: 'There is no such store' },
})

export const searchProblems = defineProblems('search', {
  tooLong: { status: 400, message: 'Search for 100 characters at most' },
})
