import { type LookupAddress, lookup } from 'node:dns'
import { request as requestPlainly } from 'node:http'
import { request as requestSafely } from 'node:https'
import type { LookupFunction } from 'node:net'
import { startStopwatch } from '../../platform/clock.ts'
import { addressIn, isPublicAddress } from './public-address.ts'

export const longestCallMs = 10_000

export interface EndpointCall {
  url: string
  headers: Record<string, string>
  body: string
  /** Whether addresses count that are not of the internet. */
  allowsPrivate: boolean
  /** Of whoever waits for it. */
  signal: AbortSignal
  /** The system's own when absent. */
  resolve?: typeof lookup
}

export interface CallResult {
  statusCode: number | null
  /** What kept an answer from coming; nothing of what the other side said. */
  failure: 'timeout' | 'connection' | 'certificate' | 'name not found' | 'not on the internet' | null
  responseMs: number
}

class NotPublic extends Error {}

/** Resolves a name to addresses of the internet only: what it hands out is what is connected to, so no second look-up can differ. */
function lookupPublic(resolve: typeof lookup): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
      const [first] = found ?? []
      if (error) done(error, '')
      else if (!first || !found.every(({ address }) => isPublicAddress(address))) done(new NotPublic(), '')
      else if (options.all) done(null, found)
      else done(null, first.address, first.family)
    })
  }
}

function failureOf(error: Error & { code?: string }, isTimeUp: boolean): CallResult['failure'] {
  if (error instanceof NotPublic) return 'not on the internet'
  if (isTimeUp) return 'timeout'
  const { code = '' } = error
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'name not found'
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code) ? 'certificate' : 'connection'
}

/**
 * Posts one message, once, and waits 10 s for the answer's first line. Never throws. Redirects are not followed, the
 * answer's body is not read, and no connection is kept: who answers can cost us nothing more.
 */
export function callEndpoint({
  url: text,
  headers,
  body,
  allowsPrivate,
  signal,
  resolve = lookup,
}: EndpointCall): Promise<CallResult> {
  const url = new URL(text)
  const elapsed = startStopwatch()
  const result = (statusCode: number | null, failure: CallResult['failure']): CallResult => ({
    statusCode,
    failure,
    responseMs: Math.round(elapsed()),
  })
  const address = addressIn(url)
  if (!allowsPrivate && address !== undefined && !isPublicAddress(address))
    return Promise.resolve(result(null, 'not on the internet'))

  const timeUp = AbortSignal.timeout(longestCallMs)
  return new Promise((settle) => {
    const request = (url.protocol === 'https:' ? requestSafely : requestPlainly)(url, {
      method: 'POST',
      agent: false,
      headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      signal: AbortSignal.any([signal, timeUp]),
      ...(!allowsPrivate && { lookup: lookupPublic(resolve) }),
    })
    request.on('response', (response) => {
      settle(result(response.statusCode ?? null, null))
      response.on('error', () => undefined)
      response.destroy()
    })
    request.on('error', (error) => settle(result(null, failureOf(error, timeUp.aborted))))
    request.end(body)
  })
}
