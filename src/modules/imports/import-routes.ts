import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { readPage } from '../../platform/http/pagination.ts'
import { problems } from '../../platform/http/problem.ts'
import type { Accounts } from '../accounts/index.ts'
import { importProblems } from './import-problems.ts'
import {
  Faults,
  ImportParams,
  Imports,
  ImportsQuery,
  Kinds,
  OneImport,
  toFaultView,
  toImportView,
  toReportView,
} from './import-schemas.ts'
import { findReport, type ListImportsDeps, listImports, listReport } from './list-imports.ts'
import type { KindsDeps } from './take-upload.ts'

const tags = ['imports']
const { malformed, unauthorized } = httpProblems
const { unavailable } = serverProblems
const { notFound } = importProblems

/** What became of files, and what can be imported at all. */
export const importRoutes =
  (
    deps: ListImportsDeps & Pick<KindsDeps, 'kinds'> & { authenticate: Accounts['authenticate'] },
  ): FastifyPluginAsyncTypebox =>
  async (app) => {
    const onRequest = deps.authenticate()

    app.get(
      '/imports/kinds',
      {
        onRequest,
        schema: {
          summary: 'What can be imported and exported, with the columns of its files',
          tags,
          response: { 200: Kinds, ...problems(unauthorized, unavailable) },
        },
      },
      async () => ({
        success: true as const,
        kinds: [...deps.kinds.values()].map(({ name, columns }) => ({
          name,
          columns: columns.map(({ isRequired = false, ...column }) => ({ ...column, isRequired })),
        })),
      }),
    )

    app.get(
      '/imports',
      {
        onRequest,
        schema: {
          summary: 'My imports, the latest first; those of everybody for an admin',
          tags,
          querystring: ImportsQuery,
          response: { 200: Imports, ...problems(malformed, unauthorized, unavailable) },
        },
      },
      async (request) => {
        const { caller } = request
        const { items, nextCursor } = await listImports(deps, { caller, page: readPage(request) })
        return { success: true as const, imports: items.map(toImportView), nextCursor }
      },
    )

    app.get(
      '/imports/:id',
      {
        onRequest,
        schema: {
          summary: 'How far an import is, and what is wrong with its file',
          tags,
          params: ImportParams,
          response: { 200: OneImport, ...problems(malformed, unauthorized, notFound, unavailable) },
        },
      },
      async ({ caller, params: { id } }) => ({
        success: true as const,
        import: toReportView(await findReport(deps, { caller, id })),
      }),
    )

    app.get(
      '/imports/:id/faults',
      {
        onRequest,
        schema: {
          summary: 'The report of an import: the first thousand faults',
          tags,
          params: ImportParams,
          querystring: ImportsQuery,
          response: { 200: Faults, ...problems(malformed, unauthorized, notFound, unavailable) },
        },
      },
      async (request) => {
        const {
          caller,
          params: { id },
        } = request
        const { items, nextCursor } = await listReport(deps, { caller, id, page: readPage(request) })
        return { success: true as const, faults: items.map(toFaultView), nextCursor }
      },
    )
  }
