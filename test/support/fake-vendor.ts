import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { twilioSignature } from '../../src/modules/messaging/sms/providers/twilio-receipt.ts'

export type VendorName = keyof typeof dialects

/**
 * What a vendor does with a request: takes it, answers what is written here, never answers, drops the connection,
 * answers a web page with 200, or takes it and answers only later.
 */
export type Play = 'accept' | { status: number; body: unknown } | 'hang' | 'reset' | 'html' | { afterMs: number }

/** A request as the vendor saw it. Both vendors' fields are translated to ours. */
export interface VendorRequest {
  vendor: VendorName
  path: string
  headers: IncomingHttpHeaders
  /** As sent on the wire, form or JSON. */
  fields: Record<string, string>
  /** In E.164. */
  to: string
  text: string
  /** The six digits of the text. */
  code: string | undefined
  reference: string | undefined
}

export interface FakeVendor {
  /** For `TWILIO_BASE_URL` and `FAST2SMS_BASE_URL` alike. */
  baseUrl: string
  /** Every SMS asked for, accepted or not, in the order of arrival. */
  requests: VendorRequest[]
  /** Sets what a vendor does from now on. Of a list each is done once, and the last one ever after. */
  answer(plays: { [vendor in VendorName]?: Play | readonly Play[] }): void
  /** The text and the code that came last for a number in E.164. */
  lastText(to: string): string | undefined
  lastCode(to: string): string | undefined
  close(): Promise<void>
}

type Fields = Record<string, string>

/** How each vendor writes what we know by other names. A new vendor needs an entry here. */
const dialects = {
  twilio: {
    owns: (path: string) => path.startsWith('/2010-04-01/'),
    to: ({ To = '' }: Fields) => To,
    text: ({ Body = '' }: Fields) => Body,
    reference: ({ StatusCallback }: Fields) =>
      StatusCallback ? (new URL(StatusCallback).searchParams.get('reference') ?? undefined) : undefined,
    accepted: (id: string, { To, Body }: Fields) => {
      const nothing = { from: null, price: null, error_code: null, error_message: null, date_sent: null }
      return { status: 201, body: { ...nothing, sid: `SM${id}`, status: 'queued', to: To, body: Body } }
    },
  },
  fast2sms: {
    owns: (path: string) => path.startsWith('/dev/'),
    to: ({ numbers }: Fields) => `+91${numbers}`,
    text: ({ variables_values, message }: Fields) => variables_values ?? message ?? '',
    reference: ({ udf1 }: Fields) => udf1,
    accepted: (id: string) => ({
      status: 200,
      body: { return: true, request_id: `lw${id.slice(-13)}`, message: ['Message sent successfully'] },
    }),
  },
}

function read(path: string, headers: IncomingHttpHeaders, body: string): VendorRequest {
  const [vendor = 'twilio'] = (Object.keys(dialects) as VendorName[]).filter((name) => dialects[name].owns(path))
  const isJson = headers['content-type']?.includes('json')
  const fields: Fields = isJson ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body))
  const { to, text, reference } = dialects[vendor]
  const code = /\b\d{6}\b/.exec(text(fields))?.[0]
  return { vendor, path, headers, fields, to: to(fields), text: text(fields), code, reference: reference(fields) }
}

function perform(play: Play, taken: { status: number; body: unknown }, response: ServerResponse): void {
  const reply = ({ status, body }: { status: number; body: unknown }) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  if (play === 'accept') reply(taken)
  else if (play === 'reset') response.socket?.resetAndDestroy()
  else if (play === 'html') response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome</html>')
  else if (play === 'hang') return
  else if ('afterMs' in play) setTimeout(() => reply(taken), play.afterMs).unref()
  else reply(play)
}

/** Twilio and Fast2SMS on a free port of this machine. It takes every SMS until told otherwise. Close it after use. */
export async function fakeVendor(): Promise<FakeVendor> {
  const requests: VendorRequest[] = []
  const scripts = new Map<string, Play[]>()

  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const seen = read(request.url ?? '', request.headers, body)
    requests.push(seen)
    const script = scripts.get(seen.vendor) ?? ['accept']
    const play = (script.length > 1 ? script.shift() : script[0]) ?? 'accept'
    const id = requests.length.toString(16).padStart(32, '0')
    perform(play, dialects[seen.vendor].accepted(id, seen.fields), response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer(plays) {
      for (const [vendor, play] of Object.entries(plays)) scripts.set(vendor, [play].flat() as Play[])
    },
    lastText: (to) => requests.findLast((request) => request.to === to)?.text,
    lastCode: (to) => requests.findLast((request) => request.to === to)?.code,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The receipt that Twilio would send for a request, signed, in the shape that `app.inject` takes. */
export function twilioReceipt(
  { fields }: VendorRequest,
  status: string,
  { authToken, errorCode }: { authToken: string; errorCode?: number },
) {
  const address = fields['StatusCallback'] ?? ''
  const body = new URLSearchParams({ MessageSid: `SM${'0'.repeat(32)}`, MessageStatus: status, To: fields['To'] ?? '' })
  if (errorCode !== undefined) body.set('ErrorCode', String(errorCode))
  const { pathname, search } = new URL(address)
  return {
    method: 'POST',
    url: pathname + search,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': twilioSignature(authToken, address, body),
    },
    payload: body.toString(),
  } as const
}

/** The report that Fast2SMS would push for a request, in the shape that `app.inject` takes. */
export function fast2smsReport({ fields }: VendorRequest, status: string, { secret }: { secret: string }) {
  return {
    method: 'POST',
    url: `/api/webhooks/fast2sms/${secret}`,
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify({
      udf1: fields['udf1'],
      mobile: Number(fields['numbers']),
      status,
      status_description: status,
    }),
  } as const
}
