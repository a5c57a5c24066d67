import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyPluginAsync } from 'fastify'
import type { Secret } from '../config/secret.ts'
import { httpProblems } from '../http/http-problems.ts'
import type { Metrics } from './metrics.ts'

const fixedLength = (text: string): Buffer => createHash('sha256').update(text).digest()

/** `GET /metrics` for Prometheus: open in development, behind `METRICS_TOKEN` elsewhere, absent without a token there. */
export const metricsRoutes =
  ({
    metrics,
    token,
    development,
  }: {
    metrics: Metrics
    token?: Secret | undefined
    development: boolean
  }): FastifyPluginAsync =>
  async (app) => {
    app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
      if (!token && !development) throw httpProblems.notFound()
      if (token) {
        const given = request.headers.authorization ?? ''
        if (!timingSafeEqual(fixedLength(given), fixedLength(`Bearer ${token.reveal()}`))) {
          reply.header('www-authenticate', 'Bearer')
          throw httpProblems.unauthorized()
        }
      }
      const { text, contentType } = await metrics.expose()
      return reply.type(contentType).send(text)
    })
  }
