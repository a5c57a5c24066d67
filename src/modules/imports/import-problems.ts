import { defineProblems, retryAfter } from '../../platform/http/problem.ts'

export const importProblems = defineProblems('import', {
  unknownKind: { status: 404, message: 'There is nothing of that kind to import or export' },
  notFound: { status: 404, message: 'There is no such import' },
  storeNotFound: { status: 404, message: 'There is no such store' },
  formatUnknown: { status: 415, message: 'Send CSV as text/csv or JSON Lines as application/x-ndjson' },
  tooLarge: { status: 413, message: 'The file is larger than can be imported at once. Cut it into several' },
  tooMany: {
    status: 503,
    message: 'As many files as possible are being received. Try again shortly',
    details: retryAfter,
  },
  abandoned: { status: 409, message: 'The file came too slowly and was given up. Send it again' },
})
