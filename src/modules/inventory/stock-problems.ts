import { Type } from 'typebox'
import { defineProblems } from '../../platform/http/problem.ts'
import { mostUnits } from './stock.ts'

const line = { line: Type.Integer({ description: 'Which of the lines, the first being 1.' }) }

const there = Type.Array(
  Type.Object({
    ...line,
    variantId: Type.String(),
    sku: Type.String(),
    wanted: Type.Integer({ description: 'What was asked for.' }),
    onHand: Type.Integer(),
    reserved: Type.Integer({ description: 'Promised to orders: so much has to stay.' }),
  }),
)

export const stockProblems = defineProblems('stock', {
  noSuchStore: { status: 404, message: 'There is no such store' },
  notFound: { status: 404, message: 'The store has no stock of that' },
  noSuchVariant: { status: 404, message: 'There is no such variant' },
  linesInvalid: {
    status: 400,
    message: `These lines cannot be: a quantity is a whole number up to ${mostUnits}, of a variant that there is`,
    details: { lines: Type.Array(Type.Object({ ...line, reason: Type.String() })) },
  },
  sameStore: { status: 400, message: 'Stock is transferred to another store' },
  short: { status: 409, message: 'There is not so much that is not reserved', details: { lines: there } },
  belowReserved: { status: 409, message: 'More than that is reserved for orders', details: { lines: there } },
})
