import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { problems } from '../../platform/http/problem.ts'
import { fileOf } from '../../platform/http/shapes.ts'
import type { Accounts } from '../accounts/index.ts'
import { beginExport, type ExportDeps } from './begin-export.ts'
import type { ImportFormat } from './import.ts'
import { importProblems } from './import-problems.ts'
import { ExportParams, ExportQuery } from './import-schemas.ts'

const { malformed, unauthorized, forbidden } = httpProblems
const { unknownKind, storeNotFound } = importProblems

const types: Record<ImportFormat, string> = {
  csv: 'text/csv; charset=utf-8; header=present',
  jsonl: 'application/x-ndjson; charset=utf-8',
}

/** Everything there is of a kind, as a file. */
export const exportRoutes =
  (deps: ExportDeps & { authenticate: Accounts['authenticate'] }): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/exports/:kind',
      {
        onRequest: deps.authenticate(),
        exposeHeadRoute: false,
        schema: {
          summary: 'Export everything of a kind, as a file that can be imported again',
          description:
            'In CSV an apostrophe stands before a cell that a spreadsheet would take for a formula; an import takes it away again. An answer that breaks off is not whole.',
          tags: ['imports'],
          params: ExportParams,
          querystring: ExportQuery,
          response: {
            200: fileOf(Object.values(types).map((type) => type.split(';', 1)[0] as string)),
            ...problems(malformed, unauthorized, forbidden, unknownKind, storeNotFound, serverProblems.unavailable),
          },
        },
      },
      async ({ caller, params: { kind }, query: { storeId, format = 'csv' } }, reply) => {
        const { fileName, text } = await beginExport(deps, {
          caller,
          kind,
          scope: storeId === undefined ? {} : { storeId },
          format: format as ImportFormat,
        })
        return reply
          .type(types[format as ImportFormat])
          .header('content-disposition', `attachment; filename="${fileName}"`)
          .header('cache-control', 'no-store')
          .send(Readable.from(text, { objectMode: false }))
      },
    )
  }
