import { type IncomingMessage, type Server as NodeServer, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { newId } from '../ids.ts'
import { httpProblems } from './http-problems.ts'
import { isLongRequest } from './long-requests.ts'
import { pendingAnswer } from './pending-answer.ts'
import type { ProblemFactory } from './problem.ts'
import { securityHeaders } from './security-headers.ts'

/** A refusal in the shape of all others, for what never becomes a request of the framework. The connection ends with it. */
function refusal({ code, message }: ProblemFactory): { headers: Record<string, string>; body: string } {
  const requestId = newId('req')
  const body = JSON.stringify({ success: false, code, message, requestId })
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'x-request-id': requestId,
    ...securityHeaders,
    connection: 'close',
  }
  return { headers, body }
}

function refuse(socket: Duplex, status: number, problem: ProblemFactory, more: Record<string, string> = {}): void {
  const { headers, body } = refusal(problem)
  const lines = Object.entries({ ...headers, ...more }).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`)
}

const statuses: Record<string, number> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }

/**
 * Answers bytes that are no request. While an earlier request of the connection is still being answered, they would be
 * taken for its answer, so the connection just ends.
 */
export function refuseRubbish(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && isLongRequest(socket)) return
  const pending = pendingAnswer(socket)
  const isAnothersTurn = pending !== undefined && (pending.req.complete || pending.headersSent)
  if (!socket.writable || error.code === 'ECONNRESET' || isAnothersTurn) socket.destroy()
  else refuse(socket, statuses[error.code ?? ''] ?? 400, httpProblems.malformed)
}

/** Answers as all routes do where Node would answer with nothing: `CONNECT`, and an `Expect` that nobody can meet. */
export function refuseOddities(server: NodeServer): void {
  server.on('connect', (_request, socket) => {
    socket.on('error', () => socket.destroy())
    refuse(socket, 405, httpProblems.methodNotAllowed, { allow: '' })
  })
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const { headers, body } = refusal(httpProblems.malformed)
    response.writeHead(417, headers).end(body)
  })
}
