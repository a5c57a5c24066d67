import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { problems } from '../../platform/http/problem.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import { type ReceiveEventDeps, receiveEvent } from './receive-event.ts'

/** Events of Stripe hold whole objects. */
const longestEvent = 256 * 1024

const { unauthorized, notFound, tooLarge } = httpProblems

/** Where payment providers report. Bodies stay bytes, because a signature covers what was received. */
export const webhookRoutes =
  (deps: ReceiveEventDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

    for (const [provider, title] of [
      ['razorpay', 'Razorpay'],
      ['stripe', 'Stripe'],
    ] as const)
      app.post(
        `/${provider}`,
        {
          bodyLimit: longestEvent,
          schema: {
            summary: `Events of ${title}`,
            description: 'For the provider only, and signed by it. Answered as soon as it is written down.',
            tags: ['webhooks'],
            security: [],
            response: {
              204: Type.Null({ description: 'Written down, known already, or nothing that we track.' }),
              ...problems(unauthorized, notFound, tooLarge, serverProblems.unavailable),
            },
          },
        },
        async ({ headers, body, log }, reply) => {
          const call = { headers, body: Buffer.isBuffer(body) ? body : Buffer.alloc(0) }
          const verdict = await receiveEvent(deps, provider, call, log as Logger)
          if (verdict === 'forged') throw unauthorized()
          if (verdict === 'unknown') throw notFound({ error: 'Not Found' })
          return reply.code(204).send(null)
        },
      )
  }
