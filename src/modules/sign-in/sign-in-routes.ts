import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { type Problem, problems } from '../../platform/http/problem.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import { type Accounts, accountProblems } from '../accounts/index.ts'
import type { ClientKind, Locale } from '../messaging/index.ts'
import { type CodeStatusDeps, codeStatus } from './code-status.ts'
import { type RequestCodeDeps, requestCode } from './request-code.ts'
import { emailProblems, signInProblems, smsProblems } from './sign-in-problems.ts'
import {
  CodeSent,
  CodeStatus,
  IdempotencyHeaders,
  SendCodeBody,
  SignedIn,
  StatusParams,
  StatusQuery,
  VerifyCodeBody,
} from './sign-in-schemas.ts'
import { type SignInWithCodeDeps, signInWithCode } from './sign-in-with-code.ts'

const { phoneRequired, phoneInvalid, emailInvalid, codeRequired, malformedCode, tooManyRequests, busy } = signInProblems
/** What a submitted code can come to, wherever one is asked for. */
export const codeProblems = [
  malformedCode,
  signInProblems.wrongCode,
  signInProblems.locked,
  signInProblems.notFound,
  tooManyRequests,
]
const tags = ['sign-in']

const fieldOf = (body: unknown, field: string): unknown => (body as Record<string, unknown> | null | undefined)?.[field]

/** What is wrong with a body that does not fit, said of the first field that is to blame. */
function explainSend(body: unknown): Problem {
  const phoneNumber = fieldOf(body, 'phoneNumber')
  const email = fieldOf(body, 'email')
  if (!phoneNumber && !email) return phoneRequired()
  if (phoneNumber && typeof phoneNumber !== 'string') return phoneInvalid()
  return email && typeof email !== 'string' ? emailInvalid() : httpProblems.malformed()
}

function explainVerify(body: unknown): Problem {
  const phoneNumber = fieldOf(body, 'phoneNumber')
  const otp = fieldOf(body, 'otp')
  const email = fieldOf(body, 'email')
  if (!(phoneNumber || email) || !otp) return codeRequired()
  if (phoneNumber && typeof phoneNumber !== 'string') return phoneInvalid()
  if (email && typeof email !== 'string') return emailInvalid()
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
  (
    deps: RequestCodeDeps &
      SignInWithCodeDeps &
      CodeStatusDeps & { locale: Locale; accounts: Pick<Accounts, 'handOver'> },
  ): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      '/send-otp',
      {
        schema: {
          summary: 'Send a sign-in code by SMS or e-mail',
          tags,
          headers: IdempotencyHeaders,
          body: SendCodeBody,
          response: {
            200: CodeSent,
            ...problems(
              phoneRequired,
              phoneInvalid,
              emailInvalid,
              smsProblems.rejected,
              emailProblems.rejected,
              tooManyRequests,
              busy,
              smsProblems.unavailable,
              emailProblems.unavailable,
              serverProblems.unavailable,
            ),
          },
        },
        config: { invalidBody: explainSend },
      },
      async (request) => {
        const { phoneNumber, email, locale, client } = request.body
        return requestCode(deps, {
          phoneNumber,
          email,
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
          summary: 'Sign in with the code from the SMS or e-mail',
          tags,
          headers: IdempotencyHeaders,
          body: VerifyCodeBody,
          response: {
            200: SignedIn,
            ...problems(
              codeRequired,
              phoneInvalid,
              emailInvalid,
              ...codeProblems,
              accountProblems.blocked,
              serverProblems.unavailable,
            ),
          },
        },
        config: { invalidBody: explainVerify },
      },
      async (request, reply) => {
        const { phoneNumber, email, otp, challengeId, device, cookies } = request.body
        const userAgent = request.headers['user-agent']
        if (phoneNumber === undefined && email === undefined) throw codeRequired()
        const opened = await signInWithCode(deps, {
          phoneNumber,
          email,
          otp,
          ...(challengeId != null && { challengeId }),
          device: device ?? {},
          ...(userAgent !== undefined && { userAgent }),
          ...circumstances(request),
        })
        const session = deps.accounts.handOver(reply, opened, { asCookies: cookies ?? false })
        return { success: true as const, message: 'OTP verified successfully', ...session }
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
          response: {
            200: CodeStatus,
            ...problems(httpProblems.notFound, tooManyRequests, serverProblems.unavailable),
          },
        },
      },
      async (request) => {
        if (request.params.phone === '') throw httpProblems.notFound()
        const data = await codeStatus(deps, {
          address: request.params.phone,
          ...request.query,
          ...circumstances(request),
        })
        return { success: true as const, data }
      },
    )
  }
