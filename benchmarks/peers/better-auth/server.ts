import { createServer } from 'node:http'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import { phoneNumber } from 'better-auth/plugins'
import { Pool } from 'pg'

// better-auth with its phone-number plugin, as its documentation sets it up: its own tables in PostgreSQL, made by its
// own migrations, a user made on the first verified code, and a session as a signed cookie. Everything that is not
// set here is its default for production.

const { API_PORT, BETTER_AUTH_SECRET, DATABASE_URL, RATE_LIMIT } = process.env
const origin = `http://127.0.0.1:${API_PORT}`

const auth = betterAuth({
  baseURL: origin,
  secret: BETTER_AUTH_SECRET ?? '',
  database: new Pool({ connectionString: DATABASE_URL }),
  // Its limiter walks over everything that it remembers at each request, and remembers every address for a minute.
  rateLimit: { enabled: RATE_LIMIT === 'on' },
  // Sessions are prolonged by a request made for it, and by each one: the nearest to a refresh that there is.
  session: { deferSessionRefresh: true, updateAge: 0 },
  telemetry: { enabled: false },
  plugins: [
    phoneNumber({
      /** Into a header of the answer, where the load reads it: the least that sending can cost. */
      sendOTP: ({ code }, context) => void context?.setHeader('x-code', code),
      signUpOnVerification: {
        getTempEmail: (phone) => `${phone.slice(1)}@phone.example`,
        getTempName: (phone) => phone,
      },
    }),
  ],
})

await (await getMigrations(auth.options)).runMigrations()

const handle = toNodeHandler(auth)
const live = JSON.stringify({ success: true })

createServer((request, response) => {
  if (request.url !== '/api/health/live') return void handle(request, response)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': live.length }).end(live)
}).listen(Number(API_PORT), '127.0.0.1')
