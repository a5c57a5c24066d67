import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/**
 * The answer that is owed on a connection, if any. Node keeps it there and nowhere else; a book of our own would cost
 * each request.
 */
export const pendingAnswer = (socket: Duplex): ServerResponse | undefined =>
  (socket as { _httpMessage?: ServerResponse | null })._httpMessage ?? undefined
