import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { httpProblems } from '../../platform/http/http-problems.ts'
import { problems } from '../../platform/http/problem.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import { type RecordReceiptDeps, recordReceipt } from './record-receipt.ts'

/**
 * Where vendors report deliveries: `/twilio/status` (signed), `/fast2sms/<secret>`, and the same for any other vendor
 * without a line here. Bodies stay text, because a signature covers what was received.
 */
export const messagingRoutes =
  (deps: RecordReceiptDeps & { publicUrl?: string }): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))

    app.post(
      '/:vendor/:secret',
      {
        schema: {
          summary: 'Delivery receipt of an SMS vendor',
          description:
            'For vendors only: `twilio/status` is signed, `fast2sms/<secret>` carries a secret. Bodies are as each vendor writes them.',
          tags: ['webhooks'],
          params: Type.Object({ vendor: Type.String(), secret: Type.String() }),
          response: {
            204: Type.Null({ description: 'Taken, or nothing we track.' }),
            ...problems(httpProblems.forbidden),
          },
        },
      },
      async (request, reply) => {
        const { vendor, secret } = request.params
        const verdict = await recordReceipt(deps, {
          vendor,
          log: request.log as Logger,
          call: {
            ...(deps.publicUrl && { url: deps.publicUrl + request.url }),
            query: new URL(request.url, 'http://localhost').searchParams,
            headers: request.headers,
            body: typeof request.body === 'string' ? request.body : '',
            secret,
          },
        })
        if (verdict === 'forged') throw httpProblems.forbidden()
        if (verdict === 'unknown') throw httpProblems.notFound({ error: 'Not Found' })
        return reply.code(204).send(null)
      },
    )
  }
