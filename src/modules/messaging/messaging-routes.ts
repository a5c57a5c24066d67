import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { problems } from '../../platform/http/problem.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import { type RecordReceiptDeps, recordReceipt } from './record-receipt.ts'

const { forbidden, notFound, tooLarge } = httpProblems
const answers = {
  204: Type.Null({ description: 'Taken, or nothing we track.' }),
  ...problems(forbidden, notFound, tooLarge, serverProblems.unavailable),
}

/**
 * Where vendors report deliveries: `/twilio/status` (signed), `/fast2sms/<secret>`, `/sendgrid/events` (signed), and
 * the same for any other vendor without a line here. Bodies stay text, because a signature covers what was received.
 */
export const messagingRoutes =
  (deps: RecordReceiptDeps & { publicUrl?: string }): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))

    async function take(request: FastifyRequest, vendor: string, secret: string): Promise<void> {
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
      if (verdict === 'forged') throw forbidden()
      if (verdict === 'unknown') throw notFound({ error: 'Not Found' })
    }

    app.post(
      '/:vendor/:secret',
      {
        schema: {
          summary: 'Delivery receipt of a vendor',
          description:
            'For vendors only: `twilio/status` is signed, `fast2sms/<secret>` carries a secret. Bodies are as each vendor writes them.',
          tags: ['webhooks'],
          params: Type.Object({ vendor: Type.String(), secret: Type.String() }),
          response: answers,
        },
      },
      async (request, reply) => {
        await take(request, request.params.vendor, request.params.secret)
        return reply.code(204).send(null)
      },
    )

    const batching = deps.channels.flatMap(({ vendors }) => [...vendors.values()])
    for (const { id, provider } of batching) {
      if (provider.longestReceipt === undefined) continue
      app.post(
        `/${id}/:secret`,
        {
          bodyLimit: provider.longestReceipt,
          schema: {
            summary: `Delivery receipts of ${provider.settings.title}, by the batch`,
            description: 'For the vendor only. The body is as the vendor writes it, and longer than elsewhere.',
            tags: ['webhooks'],
            params: Type.Object({ secret: Type.String() }),
            response: answers,
          },
        },
        async (request, reply) => {
          await take(request, id, request.params.secret)
          return reply.code(204).send(null)
        },
      )
    }
  }
