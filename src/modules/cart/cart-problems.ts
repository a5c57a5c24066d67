import { Type } from 'typebox'
import { defineProblems, retryAfter } from '../../platform/http/problem.ts'
import { mostLines } from './cart-contents.ts'

export const cartProblems = defineProblems('cart', {
  storeMissing: { status: 409, message: 'Choose a place to deliver to first, or say which store: storeId' },
  otherStore: {
    status: 409,
    message: 'The cart has things of another store. Empty it, or change its address',
    details: { storeId: Type.String({ description: 'The store of the cart.' }) },
  },
  noSuchStore: { status: 404, message: 'There is no such store' },
  noSuchVariant: {
    status: 404,
    message: 'There are no such things',
    details: { variantIds: Type.Array(Type.String()) },
  },
  notSold: { status: 404, message: 'The store does not sell this' },
  aboveMaximum: {
    status: 409,
    message: 'That is more than can be ordered at once',
    details: { variantId: Type.String(), maxPerOrder: Type.Integer() },
  },
  tooManyLines: { status: 409, message: `A cart has at most ${mostLines} different things` },
  addressNotFound: { status: 404, message: 'There is no such address' },
  pointMissing: { status: 409, message: 'It is not known where this address is. Mark it on the map first' },
  tooManyCarts: {
    status: 429,
    message: 'Too many carts were begun from here. Try again later, or sign in',
    details: retryAfter,
  },
})
