import type { Server as NodeServer } from 'node:http'
import type { Socket } from 'node:net'
import { pendingAnswer } from './pending-answer.ts'

const graceMs = 1000
const sweepMs = 50

/**
 * Sees to it that connections do not hold a server that stops. Requests that came whole are answered first. A connection
 * is closed as soon as it has been answered, and one on which no request is whole after a second is cut off.
 *
 * @returns begins the closing; `onCut` learns how many had begun a request
 */
export function closableConnections(server: NodeServer): (onCut: (connections: number) => void) => void {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })

  return (onCut) => {
    const cut = () => {
      const unfinished = [...sockets].filter((socket) => !pendingAnswer(socket)?.req.complete)
      for (const socket of unfinished) socket.destroy()
      const begun = unfinished.filter((socket) => socket.bytesRead > 0).length
      if (begun > 0) onCut(begun)
    }
    let waited = 0
    // A connection that is kept alive after its last answer would hold the process.
    const sweep = setInterval(() => {
      waited += sweepMs
      server.closeIdleConnections()
      if (waited >= graceMs) cut()
    }, sweepMs)
    server.once('close', () => clearInterval(sweep))
  }
}
