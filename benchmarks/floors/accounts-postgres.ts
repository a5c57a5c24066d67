import Fastify from 'fastify'
import { Pool } from 'pg'
import { readOwnAccount } from '../../src/modules/accounts/account-queries.ts'
import { RefreshBody, Refreshed } from '../../src/modules/accounts/auth-schemas.ts'
import { Me } from '../../src/modules/accounts/me-schemas.ts'
import { digestOf } from '../../src/modules/accounts/refresh-token.ts'
import { insertSession, rotateSession } from '../../src/modules/accounts/session-queries.ts'
import { idleSince, toUserView } from '../../src/modules/accounts/user.ts'
import { CodeSent, SendCodeBody, SignedIn, VerifyCodeBody } from '../../src/modules/sign-in/sign-in-schemas.ts'
import { readMigrations } from '../../src/platform/database/migrate-database.ts'
import { newId, randomSecret } from '../../src/platform/ids.ts'
import { newCode, sentAnswer } from './answers.ts'
import { keepCode, takeCode } from './redis-codes.ts'

// Accounts as the least that Fastify can do with the service's own schemas, tables and statements: one command of Redis
// for each request with a code, one statement for a sign-in, a refresh and an account. Left out is all that guards
// them: limits, keyed hashes, phone rules, log, metrics, and the signing and checking of tokens.

const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: 10 })
for (const { sql } of readMigrations()) await pool.query(sql)
const database = {
  raw: (text: string, values: readonly unknown[], name?: string) =>
    pool.query({ text, values: [...values], ...(name !== undefined && { name }) }),
}

const dayMs = 86_400_000
const refreshDays = 30

/** As long as a signed one; what matters is in the middle. */
const accessTokenOf = (userId: string): string => `${'h'.repeat(80)}.${userId}.${'s'.repeat(260)}`
const newSecret = (): string => randomSecret(32).toString('base64url')
const tokensOf = (userId: string, refreshToken: string) => ({
  accessToken: accessTokenOf(userId),
  accessTokenExpiresIn: 900,
  refreshToken,
  refreshTokenExpiresIn: (refreshDays * dayMs) / 1000,
})

const app = Fastify({ ajv: { customOptions: { coerceTypes: false, removeAdditional: false, strict: false } } })
app.get('/api/health/live', async () => ({ success: true }))

app.post<{ Body: { phoneNumber: string } }>(
  '/api/send-otp',
  { schema: { body: SendCodeBody, response: { 200: CodeSent } } },
  async ({ body: { phoneNumber } }) => {
    const code = newCode()
    await keepCode(phoneNumber, code)
    return sentAnswer(code)
  },
)

app.post<{ Body: { phoneNumber: string; otp: string | number } }>(
  '/api/verify-otp',
  { schema: { body: VerifyCodeBody, response: { 200: SignedIn } } },
  async ({ body: { phoneNumber, otp }, headers, ip }, reply) => {
    if ((await takeCode(phoneNumber)) !== otp) return reply.code(400).send({ success: false })
    const now = new Date()
    const userId = newId('usr')
    const sessionId = newId('ses')
    const refreshToken = `${sessionId}.1.${newSecret()}`
    const user = await insertSession(database, {
      by: 'phone',
      identity: `+91${phoneNumber}`,
      userId,
      deviceId: newId('dev'),
      sessionId,
      auditId: newId('aud'),
      clientKeyHash: null,
      deviceName: null,
      platform: null,
      refreshDigest: digestOf(refreshToken),
      userAgent: headers['user-agent'] ?? null,
      source: ip,
      now,
      expiresAt: new Date(now.getTime() + refreshDays * dayMs),
      idleSince: idleSince(now.getTime()),
    })
    if (!user) return reply.code(403).send({ success: false })
    return {
      success: true,
      message: 'OTP verified successfully',
      ...tokensOf(user.id, refreshToken),
      user: toUserView(user),
      isNewUser: user.id === userId,
    }
  },
)

app.post<{ Body: { refreshToken: string } }>(
  '/api/auth/refresh',
  { schema: { body: RefreshBody, response: { 200: Refreshed } } },
  async ({ body: { refreshToken } }, reply) => {
    const [sessionId = '', generation] = refreshToken.split('.')
    const next = `${sessionId}.${Number(generation) + 1}.${newSecret()}`
    const now = new Date()
    const user = await rotateSession(database, {
      sessionId,
      generation: Number(generation),
      digest: digestOf(refreshToken),
      nextDigest: digestOf(next),
      now,
      expiresAt: new Date(now.getTime() + refreshDays * dayMs),
    })
    return user ? { success: true, ...tokensOf(user.id, next) } : reply.code(401).send({ success: false })
  },
)

app.get<{ Headers: { authorization: string } }>(
  '/api/me',
  { schema: { response: { 200: Me } } },
  async ({ headers }, reply) => {
    const user = await readOwnAccount({ lookUp: database.raw }, headers.authorization.split('.')[1] ?? '')
    if (!user) return reply.code(401).send({ success: false })
    return { success: true, user: { ...user, createdAt: user.createdAt.toISOString() } }
  },
)

await app.listen({ host: '127.0.0.1', port: Number(process.env['API_PORT']) })
