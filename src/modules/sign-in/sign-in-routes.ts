import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { serverProblems } from '../../platform/http/http-problems.ts'
import { problems } from '../../platform/http/problem.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { ClientKind, Locale } from '../messaging/index.ts'
import { type CodeStatusDeps, codeStatus } from './code-status.ts'
import { type RequestCodeDeps, requestCode } from './request-code.ts'
import { signInProblems, smsProblems } from './sign-in-problems.ts'
import {
  CodeSent,
  CodeStatus,
  CodeVerified,
  IdempotencyHeaders,
  SendCodeBody,
  StatusParams,
  StatusQuery,
  VerifyCodeBody,
} from './sign-in-schemas.ts'
import { type VerifyCodeDeps, verifyCode } from './verify-code.ts'

const { phoneRequired, phoneInvalid, codeRequired, malformedCode, wrongCode, locked, notFound, tooManyRequests, busy } =
  signInProblems
const tags = ['sign-in']

const filled = (body: unknown, field: string): boolean =>
  Boolean((body as Record<string, unknown> | null | undefined)?.[field])

/** What the request says of itself that every use case wants. */
function circumstances(request: FastifyRequest) {
  const idempotencyKey = request.headers['idempotency-key']
  return {
    source: request.source,
    log: request.log as Logger,
    ...(typeof idempotencyKey === 'string' ? { idempotencyKey } : {}),
  }
}

export const signInRoutes =
  (deps: RequestCodeDeps & VerifyCodeDeps & CodeStatusDeps & { locale: Locale }): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      '/send-otp',
      {
        schema: {
          summary: 'Send a sign-in code by SMS',
          tags,
          headers: IdempotencyHeaders,
          body: SendCodeBody,
          response: {
            200: CodeSent,
            ...problems(
              phoneRequired,
              phoneInvalid,
              smsProblems.rejected,
              tooManyRequests,
              busy,
              smsProblems.unavailable,
              serverProblems.unavailable,
            ),
          },
        },
        config: { invalidBody: (body) => (filled(body, 'phoneNumber') ? phoneInvalid() : phoneRequired()) },
      },
      async (request) => {
        const { phoneNumber, locale = deps.locale, client = 'web' } = request.body
        return requestCode(deps, {
          phoneNumber,
          locale: locale as Locale,
          client: client as ClientKind,
          ...circumstances(request),
        })
      },
    )

    app.post(
      '/verify-otp',
      {
        schema: {
          summary: 'Sign in with the code from the SMS',
          tags,
          headers: IdempotencyHeaders,
          body: VerifyCodeBody,
          response: {
            200: CodeVerified,
            ...problems(
              codeRequired,
              phoneInvalid,
              malformedCode,
              wrongCode,
              locked,
              notFound,
              tooManyRequests,
              serverProblems.unavailable,
            ),
          },
        },
        config: {
          invalidBody: (body) =>
            filled(body, 'phoneNumber') && filled(body, 'otp') ? malformedCode() : codeRequired(),
        },
      },
      async (request) => {
        await verifyCode(deps, { ...request.body, ...circumstances(request) })
        return { success: true as const, message: 'OTP verified successfully' }
      },
    )

    app.get(
      '/otp-status/:phone',
      {
        schema: {
          summary: 'Whether a code lives, for whoever asked for it',
          tags,
          params: StatusParams,
          querystring: StatusQuery,
          response: { 200: CodeStatus, ...problems(tooManyRequests, serverProblems.unavailable) },
        },
      },
      async (request) => {
        const data = await codeStatus(deps, { ...request.params, ...request.query, ...circumstances(request) })
        return { success: true as const, data }
      },
    )
  }
