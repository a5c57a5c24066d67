import type { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { mayTakeLong } from '../../platform/http/long-requests.ts'
import { problems } from '../../platform/http/problem.ts'
import type { Accounts } from '../accounts/index.ts'
import type { ImportFormat, OnFault } from './import.ts'
import { importProblems } from './import-problems.ts'
import { TakenImport, toImportView, UploadQuery } from './import-schemas.ts'
import { type TakeUploadDeps, takeUpload } from './take-upload.ts'

const { malformed, unauthorized, forbidden } = httpProblems
const { unavailable } = serverProblems
const { unknownKind, storeNotFound, formatUnknown, tooLarge, tooMany, abandoned } = importProblems

const formats: Record<string, ImportFormat> = { 'text/csv': 'csv', 'application/x-ndjson': 'jsonl' }
const formatOf = (contentType = ''): ImportFormat | undefined =>
  formats[contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '']

/** Files that come in. Their bodies are handed on as they come, and are not read here. */
export const uploadRoutes =
  (deps: TakeUploadDeps & { authenticate: Accounts['authenticate'] }): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (request, body, done) => {
      if (formatOf(request.headers['content-type'])) done(null, body)
      else done(formatUnknown())
    })

    app.post(
      '/imports',
      {
        onRequest: deps.authenticate(),
        schema: {
          summary: 'Import a file: CSV with a header, or JSON Lines',
          description:
            'The body is the file itself, as `text/csv` or `application/x-ndjson` in UTF-8. It is answered when the file has been read; `Location` tells what becomes of it. A file that comes only in part changes nothing.',
          tags: ['imports'],
          consumes: Object.keys(formats),
          querystring: UploadQuery,
          response: {
            202: TakenImport,
            ...problems(
              malformed,
              unauthorized,
              forbidden,
              unknownKind,
              storeNotFound,
              abandoned,
              tooLarge,
              formatUnknown,
            ),
            ...problems(tooMany, unavailable),
          },
        },
      },
      async (request, reply) => {
        const { kind, storeId, onFault = 'stop', dryRun, fileName = null } = request.query
        const format = formatOf(request.headers['content-type'])
        if (!format) throw formatUnknown()
        mayTakeLong(request.raw)
        const given = await takeUpload(deps, {
          caller: request.caller,
          kind,
          scope: storeId === undefined ? {} : { storeId },
          format,
          onFault: onFault as OnFault,
          isDryRun: dryRun === 'true',
          fileName,
          body: (request.body as Readable | undefined) ?? request.raw,
          announcedBytes: Number(request.headers['content-length'] ?? 0),
        })
        reply.header('location', `/api/imports/${given.id}`)
        return reply.code(202).send({ success: true as const, import: toImportView(given) })
      },
    )
  }
