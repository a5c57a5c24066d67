import { type ClientRequest, get, type IncomingHttpHeaders } from 'node:http'

export interface SeenEvent {
  id: string | undefined
  event: string
  // biome-ignore lint/suspicious/noExplicitAny: tests read data of every shape
  data: any
}

/** A client of server-sent events, as browsers are one. */
export interface EventClient {
  status: number
  headers: IncomingHttpHeaders
  /** Those called `order`, in the order of arrival. */
  orders: SeenEvent[]
  /** Why the server said that it ends, once it did. */
  endReason(): string | undefined
  /** The id that it would come back with. */
  lastId(): string | undefined
  heartbeats(): number
  isClosed(): boolean
  /** Drops the connection as a phone in a tunnel does. */
  kill(): void
  /** Reads no more. */
  pause(): void
}

function reader(onEvent: (event: SeenEvent) => void, onHeartbeat: () => void, onId: (id: string) => void) {
  let text = ''
  return (chunk: string) => {
    text += chunk
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const block = text.slice(0, end).split('\n')
      text = text.slice(end + 2)
      if (block.includes(':')) onHeartbeat()
      const field = (name: string) => block.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2)
      const id = field('id')
      if (id !== undefined) onId(id)
      const data = field('data')
      if (data !== undefined) onEvent({ id, event: field('event') ?? 'message', data: JSON.parse(data) })
    }
  }
}

export function openEvents(
  url: string,
  { token, lastEventId }: { token?: string; lastEventId?: string } = {},
): Promise<EventClient> {
  const orders: SeenEvent[] = []
  let lastId = lastEventId
  let heartbeats = 0
  let reason: string | undefined
  let isClosed = false
  const headers = {
    accept: 'text/event-stream',
    ...(token && { authorization: `Bearer ${token}` }),
    ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
  }
  return new Promise((resolve, reject) => {
    const request: ClientRequest = get(url, { headers, agent: false })
    request.on('error', (error) => {
      isClosed = true
      reject(error)
    })
    request.on('response', (response) => {
      response.setEncoding('utf8')
      const read = reader(
        (event) => {
          if (event.event === 'order') orders.push(event)
          else reason = event.data.reason
        },
        () => {
          heartbeats += 1
        },
        (id) => {
          lastId = id
        },
      )
      response.on('data', read)
      response.on('error', () => undefined)
      response.on('close', () => {
        isClosed = true
      })
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        orders,
        endReason: () => reason,
        lastId: () => lastId,
        heartbeats: () => heartbeats,
        isClosed: () => isClosed,
        kill: () => request.destroy(),
        pause: () => response.pause(),
      })
    })
  })
}
