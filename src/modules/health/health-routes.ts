import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Clock } from '../../platform/clock.ts'
import { answers, type Probe } from './readiness.ts'

type VendorStates = Record<string, { configured: boolean; circuit: string }>

export interface HealthDeps {
  version: string
  clock: Clock
  database: { kind: 'embedded' | 'postgres'; ping: Probe }
  challengeStore: { kind: 'memory' | 'redis'; ping: Probe }
  sms: () => VendorStates
  email: () => VendorStates
  /** True from the moment the process was told to stop. */
  isStopping: () => boolean
}

const Health = Type.Object({
  success: Type.Boolean({ description: 'The service can take sign-in requests.' }),
  message: Type.String(),
  services: Type.Object({
    sms: Type.Record(Type.String(), Type.Boolean(), { description: 'Vendors that are fully configured.' }),
    email: Type.Record(Type.String(), Type.Boolean()),
    database: Type.Boolean({ description: 'It answers.' }),
    payments: Type.Boolean(),
  }),
  details: Type.Object({
    database: Type.String({ enum: ['embedded', 'postgres'] }),
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
  ({ version, clock, database, challengeStore, sms, email, isStopping }: HealthDeps): FastifyPluginAsyncTypebox =>
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
        const [databaseAnswers, storeAnswers] = await Promise.all([
          answers(database.ping),
          answers(challengeStore.ping),
        ])
        const ready = databaseAnswers && storeAnswers
        const vendors = { sms: Object.entries(sms()), email: Object.entries(email()) }
        return reply.code(ready ? 200 : 503).send({
          success: ready,
          message: ready ? 'Blinkit Backend API is running' : 'Sign-in is not available right now',
          services: {
            sms: Object.fromEntries(vendors.sms.map(([id, { configured }]) => [id, configured])),
            email: Object.fromEntries(vendors.email.map(([id, { configured }]) => [id, configured])),
            database: databaseAnswers,
            payments: false,
          },
          details: {
            database: database.kind,
            challengeStore: challengeStore.kind,
            circuits: Object.fromEntries(
              [...vendors.sms, ...vendors.email]
                .filter(([, { configured }]) => configured)
                .map(([id, { circuit }]) => [id, circuit]),
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
        const parts = [database, challengeStore].map(({ ping }) => answers(ping))
        const ready = !isStopping() && (await Promise.all(parts)).every(Boolean)
        return reply.code(ready ? 200 : 503).send({ success: ready, message: ready ? 'ready' : 'not ready' })
      },
    )
  }
