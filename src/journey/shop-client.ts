/** An answer that was not expected, in words. */
export class Refused extends Error {
  override readonly name = 'Refused'
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What answers hold; a client looks at what it needs. */
// biome-ignore lint/suspicious/noExplicitAny: bodies of every shape
export type Body = any

/** Somebody who uses the shop by its API, as an app does for them. */
export interface ShopClient {
  /** @throws Refused with what the server said */
  call(method: Method, path: string, body?: unknown, headers?: Record<string, string>): Promise<Body>
  /** An answer that is read as it comes. @throws Refused */
  open(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>
  /** Keeps the handle of a guest's cart, and the token of whoever signed in. */
  remember(credentials: { cartToken?: string; accessToken?: string }): void
}

export function createShopClient(api: string): ShopClient {
  let known: { cartToken?: string; accessToken?: string } = {}

  async function request(method: Method, path: string, init: RequestInit): Promise<Response> {
    const { cartToken, accessToken } = known
    const headers = {
      ...(init.body !== undefined && { 'content-type': 'application/json' }),
      ...(cartToken !== undefined && { 'x-cart-token': cartToken }),
      ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
      ...(init.headers as Record<string, string>),
    }
    const response = await fetch(`${api}${path}`, { ...init, method, headers }).catch(() => {
      throw new Refused(`Nothing answers at ${api}. Start the server first: npm run dev`)
    })
    if (response.ok) return response
    const { code, message } = (await response.json().catch(() => ({}))) as { code?: string; message?: string }
    throw new Refused(`${method} ${path} was answered ${response.status} ${code ?? ''}: ${message ?? 'no words'}`)
  }

  return {
    async call(method, path, body, headers = {}) {
      const init = { headers, ...(body !== undefined && { body: JSON.stringify(body) }) }
      return (await request(method, path, init)).json()
    },
    async open(path, signal) {
      const { body } = await request('GET', path, { headers: { accept: 'text/event-stream' }, signal })
      if (!body) throw new Refused(`GET ${path} has no body.`)
      return body
    },
    remember(credentials) {
      known = { ...known, ...credentials }
    },
  }
}
