import { Writable } from 'node:stream'
import { Type } from 'typebox'
import { grantRole } from '../../src/modules/accounts/grant-role.ts'
import { type Accounts, accountsSettings, createAccounts } from '../../src/modules/accounts/index.ts'
import { readSection } from '../../src/platform/config/read-section.ts'
import { Secret } from '../../src/platform/config/secret.ts'
import type { Database } from '../../src/platform/database/database.ts'
import type { EmailAddress } from '../../src/platform/email-address.ts'
import { httpSettings } from '../../src/platform/http/http-settings.ts'
import { defineProblems } from '../../src/platform/http/problem.ts'
import { createServer, type Server } from '../../src/platform/http/server.ts'
import { createLogger, type Logger } from '../../src/platform/observability/logger.ts'
import { createMetrics, type Metrics } from '../../src/platform/observability/metrics.ts'
import { createPhoneParser, type Phone } from '../../src/platform/phone.ts'
import { createSeal } from '../../src/platform/seal.ts'
import type { Answer } from './ask-patiently.ts'
import { askPatiently } from './ask-patiently.ts'
import { type SetClock, setClock } from './clock.ts'

export const secretKey = new Secret('test-key-'.repeat(5))
export const publicUrl = 'https://api.shop.example'
export const shopOrigin = 'https://shop.example'

type Opened = Awaited<ReturnType<Accounts['openSession']>>
type Opening = Partial<Parameters<Accounts['openSession']>[0]['device']>

/** What every module behind one server is made with. */
export interface SharedParts {
  accounts: Accounts
  server: Server
  clock: SetClock
  log: Logger
  metrics: Metrics
  database: Database
}

/** The module behind a server, as the service has it; codes are right when they are `123456`. */
export interface StartedAccounts extends SharedParts {
  logged(): string
  /** A session for a ten-digit number or an e-mail address. */
  signIn(identity: string, device?: Opening): Promise<Opened>
  /** A session of an admin, whose token says so. */
  anAdmin(number: string): Promise<Opened>
  call(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    options?: { token?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<Answer>
  end(): Promise<void>
}

const codeProblems = defineProblems('otp', { wrongCode: { status: 400, message: 'Invalid OTP' } })

/** Ten-digit numbers of a test's own, a new one each time. */
export function numbersFrom(first: number): () => string {
  let next = first
  return () => {
    next += 1
    return String(next)
  }
}

const identityOf = (text: string) =>
  text.includes('@')
    ? { kind: 'email' as const, email: text as EmailAddress }
    : { kind: 'phone' as const, phone: `+91${text}` as Phone }

export async function startAccounts(
  database: Database,
  {
    clock = setClock(),
    env = {},
    secret = secretKey,
    previousSecret,
    development = false,
    others = async () => undefined,
  }: {
    clock?: SetClock
    env?: Record<string, string>
    secret?: Secret
    previousSecret?: Secret
    development?: boolean
    /** Puts other modules behind the same server. */
    others?: (parts: SharedParts) => Promise<void>
  } = {},
): Promise<StartedAccounts> {
  const lines: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  const log = await createLogger({ level: 'debug' }, { development: false, stream })
  const metrics = createMetrics()
  const context = { development, now: 0 }
  const accounts = createAccounts({
    settings: readSection(accountsSettings, env, context, []),
    secretKey: secret,
    ...(previousSecret && { previousSecretKey: previousSecret }),
    database,
    parsePhone: createPhoneParser(['IN']),
    development,
    publicUrl,
    origins: [shopOrigin],
    events: { emit: async () => undefined },
    seal: createSeal('events', secret, previousSecret),
    clock,
    log,
    metrics,
  })
  accounts.proveOwnershipWith({
    async prove({ otp }) {
      if (otp !== '123456') throw codeProblems.wrongCode()
    },
    problems: [codeProblems.wrongCode],
  })
  accounts.keepWhileOrdersAreOpen(async () => [])
  await accounts.start()
  const settings = readSection(httpSettings, { CORS_ORIGINS: shopOrigin }, context, [])
  const server = await createServer({ settings, development, log, metrics, strictProblems: true })
  await server.register(accounts.routes, { prefix: '/api' })
  await server.register(accounts.wellKnownRoutes)
  server.get('/test/anyone', { onRequest: accounts.authenticate() }, async ({ caller }) => caller)
  server.get('/test/visitors', { onRequest: accounts.recognize() }, async ({ visitor }) => ({ visitor }))
  server.get('/test/pickers', { onRequest: accounts.authenticate({ anyRole: ['picker', 'rider'] }) }, async () => ({}))
  // Hands a session over as sign-in does.
  server.post(
    '/test/sign-in',
    { schema: { body: Type.Object({ number: Type.String(), asCookies: Type.Boolean() }) } },
    async ({ body }, reply) =>
      accounts.handOver(reply, await started.signIn(body.number), { asCookies: body.asCookies }),
  )
  await others({ accounts, server, clock, log, metrics, database })
  await server.ready()

  const started: StartedAccounts = {
    accounts,
    server,
    clock,
    log,
    metrics,
    database,
    logged: () => lines.join(''),
    signIn: (identity, device = {}) =>
      accounts.openSession({
        identity: identityOf(identity),
        device,
        source: '203.0.113.7',
        userAgent: 'Shop/1.0 (test)',
        log,
      }),
    async anAdmin(number) {
      await grantRole({ database, clock }, { phone: `+91${number}` as Phone, role: 'admin', isGranted: true })
      return started.signIn(number)
    },
    call: (method, url, { token, body, headers = {} } = {}) =>
      askPatiently(() =>
        server.inject({
          method,
          url,
          headers: {
            ...(body !== undefined && { 'content-type': 'application/json' }),
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
            ...headers,
          },
          ...(body !== undefined && { payload: JSON.stringify(body) }),
        }),
      ),
    async end() {
      await server.close()
      await accounts.close()
    },
  }
  return started
}
