import { defineProblems } from '../../platform/http/problem.ts'

export const invoiceProblems = defineProblems('invoice', {
  noSuchOrder: { status: 404, message: 'There is no such order' },
  notIssued: { status: 404, message: 'The invoice is issued when the order leaves the store' },
  noSuchCreditNote: { status: 404, message: 'There is no such credit note' },
  noSuchStore: { status: 404, message: 'There is no such store' },
})
