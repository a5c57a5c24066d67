import { EventSourceParserStream } from 'eventsource-parser/stream'
import type { Body, ShopClient } from './shop-client.ts'

/** An order that is followed by its stream of events. */
export interface FollowedOrder {
  /** Resolves when the order has come to something. @throws when the stream ends before */
  until(type: string): Promise<void>
  end(): void
}

/** Opens the stream of an order and tells each step as it comes. */
export async function followOrder(
  client: ShopClient,
  orderId: string,
  tell: (event: Body) => void,
): Promise<FollowedOrder> {
  const ending = new AbortController()
  const seen = new Set<string>()
  const waiting = new Map<string, () => void>()
  const stream = await client.open(`/orders/${orderId}/events`, ending.signal)
  const events = stream.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream())

  async function read(): Promise<void> {
    for await (const { event, data } of events) {
      if (event !== 'order') continue
      const step = JSON.parse(data) as Body
      tell(step)
      seen.add(step.type)
      waiting.get(step.type)?.()
    }
  }
  const reading = read()
  reading.catch(() => undefined) // whoever waits learns of it

  return {
    async until(type) {
      const come = new Promise<void>((resolve) => waiting.set(type, resolve))
      if (seen.has(type)) return
      await Promise.race([come, reading])
      if (!seen.has(type)) throw new Error(`The stream of the order ended before it was ${type}.`)
    },
    end: () => ending.abort(),
  }
}
