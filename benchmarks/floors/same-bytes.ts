import { readFileSync } from 'node:fs'
import Fastify from 'fastify'

// The answers of the service word for word, and nothing else: no look at the query, no validators, no log, no metrics.

interface Page {
  path: string
  /** In Base64. */
  bytes: string
}

const pages = JSON.parse(readFileSync(process.env['PAGES'] ?? '', 'utf8')) as Page[]
const bytesByPath = new Map(pages.map(({ path, bytes }) => [path, Buffer.from(bytes, 'base64')]))

const app = Fastify()
app.get('/api/health/live', async () => ({ success: true }))
app.get('/api/products', (request, reply) => {
  reply.header('content-type', 'application/json; charset=utf-8').send(bytesByPath.get(request.url))
})

await app.listen({ host: '127.0.0.1', port: Number(process.env['API_PORT']) })
