import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface VendorStandIn {
  url: string
  /** The code that came last for a ten-digit number, once. */
  takeCode(phoneNumber: string): string | undefined
  close(): Promise<void>
}

const codeIn = /\b\d{6}\b/

/** Takes every SMS as Twilio does, 201 at once, and remembers the code in it. It runs in the process of the load. */
export async function startVendorStandIn(): Promise<VendorStandIn> {
  const codes = new Map<string, string>()
  let taken = 0

  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('latin1')
    request.on('data', (chunk: string) => {
      text += chunk
    })
    request.on('end', () => {
      const fields = new URLSearchParams(text)
      const code = codeIn.exec(fields.get('Body') ?? '')?.[0]
      if (code !== undefined) codes.set(fields.get('To') ?? '', code)
      taken += 1
      const answer = JSON.stringify({
        sid: `SM${taken.toString(16).padStart(32, '0')}`,
        status: 'queued',
        error_code: null,
      })
      response.writeHead(201, { 'content-type': 'application/json', 'content-length': answer.length })
      response.end(answer)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    takeCode(phoneNumber) {
      const code = codes.get(`+91${phoneNumber}`)
      codes.delete(`+91${phoneNumber}`)
      return code
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
