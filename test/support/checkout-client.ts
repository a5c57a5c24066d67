import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from './ask-patiently.ts'
import type { Chance } from './chance.ts'
import type { Tally } from './checkout-report.ts'

export interface Asking {
  token: string
  body?: unknown
  key?: string
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
}

/** An app: it asks until it is answered. */
export interface Client {
  /**
   * The answer, which is never a 5xx and no "try again". After a lost answer, a dead connection or an outage it asks the
   * same again, with the same key, at whichever server.
   * @throws Error when nobody has answered for long
   */
  ask(path: string, asking: Asking): Promise<Answer>
}

const patienceMs = 180_000
const requestMs = 6000
/** What it does not wait for as long as that: a customer who taps again. */
const impatientPercent = 2
const impatientMs = 150

const isFinal = ({ status, body }: Answer): boolean =>
  status < 500 && status !== 429 && body?.code !== 'idempotency.in_progress'

export function createClient(urls: () => readonly string[], chance: Chance, tally: Tally): Client {
  async function once(path: string, { token, body, key, method }: Asking): Promise<Answer> {
    const isImpatient = chance.percent(impatientPercent)
    const response = await fetch(chance.oneOf(urls()) + path, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(isImpatient ? chance.below(impatientMs) : requestMs),
    })
    const text = await response.text()
    return { status: response.status, body: JSON.parse(text), headers: Object.fromEntries(response.headers), text }
  }

  return {
    async ask(path, asking) {
      const deadline = Date.now() + patienceMs
      for (let pause = 50; ; pause = Math.min(1000, pause * 2)) {
        const answer = await once(path, asking).catch(() => undefined)
        tally.count('requests')
        if (answer && isFinal(answer)) return answer
        tally.count(answer ? `asked again after ${answer.status}` : 'asked again after no answer')
        if (Date.now() > deadline) {
          tally.count('clients without an answer')
          throw new Error(`nobody has answered ${path}: ${answer?.status} ${answer?.text}`)
        }
        await sleep(pause * (0.5 + chance.next()))
      }
    },
  }
}
