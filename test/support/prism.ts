import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'

export interface Prism {
  baseUrl: string
  /** What the requests since the last call broke in the description, a sentence each. */
  violations(): string[]
  close(): Promise<void>
}

interface Violation {
  location?: string[]
  message: string
}

/** What Prism found wrong with a request: in a header, or in a body of its own where the description has no failures. */
function violationsIn(header: string | null, body: string): string[] {
  const found: Violation[] = JSON.parse(header ?? '[]')
  const own = body.includes('stoplight.io/prism/errors#') ? JSON.parse(body) : undefined
  if (own) found.push(...(own.validation ?? []), { message: own.title })
  return found
    .filter(({ location }) => location?.[0] !== 'response')
    .map(({ location = [], message }) => `${location.join('.')} ${message}`)
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listen(server)
  server.close()
  await once(server, 'close')
  return port
}

/**
 * Plays the service that an OpenAPI file describes and checks every request against it. Takes some seconds to start,
 * up to half a minute on a busy machine. Close it after use.
 *
 * @param file path from the root of the repository
 */
export async function startPrism(file: string): Promise<Prism> {
  const port = await freePort()
  const command = [
    'node_modules/@stoplight/prism-cli/dist/index.js',
    'mock',
    '-h',
    '127.0.0.1',
    '-p',
    String(port),
    file,
  ]
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] })
  const stopped = once(child, 'exit')
  const said: string[] = []
  const ready = new Promise<void>((resolve) => {
    createInterface(child.stdout).on('line', (line) => {
      said.push(line)
      if (line.includes('Prism is listening')) resolve()
    })
  })
  const failed = stopped.then(() => Promise.reject(new Error(`Prism stopped:\n${said.join('\n')}`)))
  const late = AbortSignal.timeout(60_000)
  const tooLate = once(late, 'abort').then(() => Promise.reject(new Error('Prism was not ready within 60 s')))
  await Promise.race([ready, failed, tooLate]).catch((error) => {
    child.kill()
    throw error
  })
  failed.catch(() => undefined) // it stops when closed
  tooLate.catch(() => undefined)

  // A client looks at none of this.
  const found: string[] = []
  const recorder = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers as Record<string, string>
    const method = request.method ?? 'POST'
    const answer = await fetch(`http://127.0.0.1:${port}${request.url}`, {
      method,
      headers,
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    })
    const body = await answer.text()
    found.push(...violationsIn(answer.headers.get('sl-violations'), body))
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(body)
  })

  return {
    baseUrl: `http://127.0.0.1:${await listen(recorder)}`,
    violations: () => found.splice(0),
    async close() {
      recorder.closeAllConnections()
      recorder.close()
      child.kill()
      await stopped
    },
  }
}
