import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { type Problem, problems } from '../../platform/http/problem.ts'
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

const fieldOf = (body: unknown, field: string): unknown => (body as Record<string, unknown> | null | undefined)?.[field]

/** What is wrong with a body that does not fit, said of the first field that is to blame. */
function explainSend(body: unknown): Problem {
  const phoneNumber = fieldOf(body, 'phoneNumber')
  if (!phoneNumber) return phoneRequired()
  return typeof phoneNumber === 'string' ? httpProblems.malformed() : phoneInvalid()
}

function explainVerify(body: unknown): Problem {
  const phoneNumber = fieldOf(body, 'phoneNumber')
  const otp = fieldOf(body, 'otp')
  if (!phoneNumber || !otp) return codeRequired()
  if (typeof phoneNumber !== 'string') return phoneInvalid()
  return typeof otp === 'string' ? httpProblems.malformed() : malformedCode()
}

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
        config: { invalidBody: explainSend },
      },
      async (request) => {
        const { phoneNumber, locale, client } = request.body
        return requestCode(deps, {
          phoneNumber,
          locale: (locale ?? deps.locale) as Locale,
          client: (client ?? 'web') as ClientKind,
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
        config: { invalidBody: explainVerify },
      },
      async (request) => {
        const { challengeId, ...body } = request.body
        await verifyCode(deps, { ...body, ...(challengeId != null && { challengeId }), ...circumstances(request) })
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
        if (request.params.phone === '') throw httpProblems.notFound()
        const data = await codeStatus(deps, { ...request.params, ...request.query, ...circumstances(request) })
        return { success: true as const, data }
      },
    )
  }
