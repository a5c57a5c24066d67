import { setTimeout as pause } from 'node:timers/promises'
import { type AppOverrides, createApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { productionEnv } from '../sign-in/service.ts'
import { marketSettings } from './market-settings.ts'

export interface ServiceInside {
  /** Asks it without a network. @throws unless it is answered with success */
  ask(method: 'PUT' | 'POST', path: string, body: object, headers: string): Promise<unknown>
  close(): Promise<void>
}

const quiet = { LOG_LEVEL: 'fatal', QUEUE_IN_PROCESS: 'false' }
/** Nobody waits for what is made once. */
const patience = { DATABASE_CONNECT_TIMEOUT_MS: '30000', DATABASE_STATEMENT_TIMEOUT_MS: '30000' }
const retryPauseMs = 500
const mostTries = 20

/** Header lines as an object. */
const headersOf = (lines: string): Record<string, string> =>
  Object.fromEntries(
    lines
      .split('\r\n')
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  )

/** The service in this process, without background work. */
export async function openService(url: string, overrides: AppOverrides = {}): Promise<ServiceInside> {
  const env = { ...productionEnv('http://127.0.0.1:1'), ...marketSettings, ...quiet, ...patience, DATABASE_URL: url }
  const { server, close } = await createApp(readConfig(env, Date.now()), overrides)
  return {
    async ask(method, path, body, headers) {
      for (let tries = 1; ; tries += 1) {
        const answer = await server.inject({ method, url: `/api${path}`, payload: body, headers: headersOf(headers) })
        if (answer.statusCode < 300) return JSON.parse(answer.payload)
        // It sheds load while this process, busy with its own start, is slow.
        if (answer.statusCode !== 503 || tries === mostTries)
          throw new Error(`${method} ${path} answered ${answer.statusCode} ${answer.payload}`)
        await pause(retryPauseMs)
      }
    },
    close,
  }
}
