import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a receiver of webhooks does with a message. */
export type ReceiverPlay = number | 'hang' | 'reset'

export interface ReceivedMessage {
  id: string
  headers: IncomingHttpHeaders
  body: string
}

/** A receiver of webhooks on a free port of this machine. It answers 204 until told otherwise. Close it after use. */
export interface FakeReceiver {
  url: string
  /** In the order of arrival. */
  messages: ReceivedMessage[]
  play(play: ReceiverPlay): void
  close(): Promise<void>
}

export async function fakeReceiver(): Promise<FakeReceiver> {
  const messages: ReceivedMessage[] = []
  let play: ReceiverPlay = 204
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    messages.push({ id: String(request.headers['webhook-id']), headers: request.headers, body })
    if (play === 'reset') response.socket?.resetAndDestroy()
    else if (play !== 'hang')
      response.writeHead(play, play === 302 ? { location: '/elsewhere' } : {}).end(play === 204 ? '' : 'secret words')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders?token=in-the-address`,
    messages,
    play(next) {
      play = next
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
