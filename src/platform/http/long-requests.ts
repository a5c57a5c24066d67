import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

const patient = new WeakSet<Duplex>()

/** Lets the body of a request take longer to come than the server allows. Whoever reads it ends it when it does not move. */
export function mayTakeLong(request: IncomingMessage): void {
  const { socket } = request
  patient.add(socket)
  request.once('close', () => patient.delete(socket))
}

/** Whether what is too late for Node may go on. */
export const isLongRequest = (socket: Duplex): boolean => patient.has(socket)
