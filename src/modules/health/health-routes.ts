import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Clock } from '../../platform/clock.ts'
import { areReady, type Probe } from './readiness.ts'

export interface HealthDeps {
  version: string
  clock: Clock
  probes: readonly Probe[]
  challengeStore: 'memory' | 'redis'
  sms: () => Record<string, { configured: boolean; circuit: string }>
  /** True from the moment the process was told to stop. */
  isStopping: () => boolean
}

const Health = Type.Object({
  success: Type.Boolean({ description: 'The service can take sign-in requests.' }),
  message: Type.String(),
  services: Type.Object({
    sms: Type.Record(Type.String(), Type.Boolean(), { description: 'Vendors that are fully configured.' }),
    database: Type.Boolean(),
    payments: Type.Boolean(),
  }),
  details: Type.Object({
    challengeStore: Type.String({ enum: ['memory', 'redis'] }),
    circuits: Type.Record(Type.String(), Type.String(), {
      description: '`open`: the vendor fails and is left alone for a while.',
    }),
  }),
  timestamp: Type.String({ format: 'date-time' }),
  version: Type.String(),
})

const Live = Type.Object({ success: Type.Boolean(), message: Type.String() })

const Overview = Type.Object({
  message: Type.String(),
  version: Type.String(),
  endpoints: Type.Object({
    health: Type.String(),
    auth: Type.Object({ send_otp: Type.String(), verify_otp: Type.String(), otp_status: Type.String() }),
    docs: Type.String(),
  }),
})

const tags = ['health']

export const healthRoutes =
  ({ version, clock, probes, challengeStore, sms, isStopping }: HealthDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get('', { schema: { summary: 'What there is', tags, response: { 200: Overview } } }, async () => ({
      message: 'Blinkit Backend API',
      version,
      endpoints: {
        health: '/api/health',
        auth: {
          send_otp: '/api/send-otp',
          verify_otp: '/api/verify-otp',
          otp_status: '/api/otp-status/<phone_number>',
        },
        docs: '/docs',
      },
    }))

    app.get(
      '/health',
      { schema: { summary: 'Whether sign-in works', tags, response: { 200: Health, 503: Health } } },
      async (_request, reply) => {
        const ready = await areReady(probes)
        const vendors = Object.entries(sms())
        return reply.code(ready ? 200 : 503).send({
          success: ready,
          message: ready ? 'Blinkit Backend API is running' : 'Sign-in is not available right now',
          services: {
            sms: Object.fromEntries(vendors.map(([id, { configured }]) => [id, configured])),
            database: false,
            payments: false,
          },
          details: {
            challengeStore,
            circuits: Object.fromEntries(
              vendors.filter(([, { configured }]) => configured).map(([id, { circuit }]) => [id, circuit]),
            ),
          },
          timestamp: new Date(clock.now()).toISOString(),
          version,
        })
      },
    )

    app.get('/health/live', { schema: { summary: 'The process runs', tags, response: { 200: Live } } }, async () => ({
      success: true,
      message: 'live',
    }))

    app.get(
      '/health/ready',
      { schema: { summary: 'Requests may be sent here', tags, response: { 200: Live, 503: Live } } },
      async (_request, reply) => {
        const ready = !isStopping() && (await areReady(probes))
        return reply.code(ready ? 200 : 503).send({ success: ready, message: ready ? 'ready' : 'not ready' })
      },
    )
  }
