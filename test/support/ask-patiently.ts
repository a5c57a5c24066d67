import { setTimeout as sleep } from 'node:timers/promises'
import type { LightMyRequestResponse } from 'fastify'

export interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
  body: any
  headers: Record<string, unknown>
  text: string
}

const mostAttempts = 10

/** The answer of a server in this process, which refuses work unread while a machine busy with other tests holds it up. */
export async function askPatiently(ask: () => Promise<LightMyRequestResponse>): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await ask()
    const isJson = String(response.headers['content-type']).includes('json')
    const answer: Answer = {
      status: response.statusCode,
      body: isJson ? response.json() : undefined,
      headers: response.headers,
      text: response.payload,
    }
    if (answer.status !== 503 || answer.body?.retryAfter !== 2 || attempt === mostAttempts) return answer
    await sleep(500)
  }
}
