import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

export interface GatewayStandIn {
  url: string
  close(): Promise<void>
}

/** Makes an order for each that it is asked for, as Razorpay does, at once. It runs in the process of the load. */
export async function startGatewayStandIn(): Promise<GatewayStandIn> {
  const server = createServer(async (request, response) => {
    const wanted = (request.method === 'POST' ? await json(request) : {}) as object
    const id = `order_${randomBytes(7).toString('hex')}`
    const answer = JSON.stringify({ id, entity: 'order', status: 'created', attempts: 0, ...wanted })
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length })
    response.end(answer)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
