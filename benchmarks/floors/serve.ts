import Fastify from 'fastify'
import { CodeSent, SendCodeBody, SignedIn, VerifyCodeBody } from '../../src/modules/sign-in/sign-in-schemas.ts'
import { newCode, sentAnswer, signedIn } from './answers.ts'

/** What a floor does with a code besides HTTP. */
export interface CodeKeeper {
  keep(phoneNumber: string, code: string): unknown
  /** The code of a phone, once. */
  take(phoneNumber: string): string | undefined | null | Promise<string | undefined | null>
  /** Stands for the vendor. */
  send?(phoneNumber: string, code: string): Promise<void>
}

/**
 * Sign-in as the least that Fastify can do: the service's own request and response schemas, and nothing of what
 * makes it safe: no limits, no keyed hashes, no phone rules, no log, no metrics.
 */
export async function serve({ keep, take, send }: CodeKeeper): Promise<void> {
  const app = Fastify({ ajv: { customOptions: { coerceTypes: false, removeAdditional: false, strict: false } } })
  app.get('/api/health/live', async () => ({ success: true }))

  app.post<{ Body: { phoneNumber: string } }>(
    '/api/send-otp',
    { schema: { body: SendCodeBody, response: { 200: CodeSent } } },
    async ({ body: { phoneNumber } }) => {
      const code = newCode()
      await keep(phoneNumber, code)
      if (send) await send(phoneNumber, code)
      return sentAnswer(code)
    },
  )

  app.post<{ Body: { phoneNumber: string; otp: string | number } }>(
    '/api/verify-otp',
    { schema: { body: VerifyCodeBody, response: { 200: SignedIn } } },
    async ({ body: { phoneNumber, otp } }, reply) => {
      if ((await take(phoneNumber)) === otp) return signedIn
      return reply.code(400).send({ success: false })
    },
  )

  await app.listen({ host: '127.0.0.1', port: Number(process.env['API_PORT']) })
}
