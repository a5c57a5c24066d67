import { generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { codeIn, type FakeMailVendor, type MailPlay, type SeenMail } from './fake-mail.ts'

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

interface HttpReply {
  status: number
  body?: unknown
}

const replies: Record<Exclude<MailPlay, 'hang' | 'reset'>, HttpReply> = {
  accept: { status: 202 },
  reject: {
    status: 400,
    body: {
      errors: [{ message: 'asha@example.com is no address', field: 'personalizations.0.to.0.email', help: null }],
    },
  },
  refuse: {
    status: 401,
    body: { errors: [{ message: 'SG.key of asha@example.com is wrong', field: null, help: null }] },
  },
  busy: { status: 503, body: {} },
}

export interface FakeSendgrid extends FakeMailVendor {
  requests: { path: string; headers: IncomingHttpHeaders; body: Record<string, unknown> }[]
  /** Answers this from now on. */
  reply(reply: HttpReply): void
}

function mailIn(body: Record<string, unknown>): SeenMail {
  const { personalizations, from, subject, content } = body as {
    personalizations: [{ to: [{ email: string }]; custom_args: { reference: string } }]
    from: { email: string }
    subject: string
    content: { type: string; value: string }[]
  }
  const part = (type: string) => content.find((each) => each.type === type)?.value ?? ''
  const [{ to, custom_args }] = personalizations
  const text = part('text/plain')
  return {
    to: to[0].email,
    from: from.email,
    subject,
    text,
    html: part('text/html'),
    code: codeIn(text),
    reference: custom_args.reference,
  }
}

export async function fakeSendgrid(): Promise<FakeSendgrid> {
  const mails: SeenMail[] = []
  const requests: FakeSendgrid['requests'] = []
  let play: MailPlay | HttpReply = 'accept'

  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const body = JSON.parse(text)
    requests.push({ path: request.url ?? '', headers: request.headers, body })
    mails.push(mailIn(body))
    if (play === 'reset') return response.socket?.resetAndDestroy()
    if (play === 'hang') return
    const { status, body: answer } = typeof play === 'string' ? replies[play] : play
    response.writeHead(status, { 'content-type': 'application/json', 'x-message-id': 'aBc-123_x' })
    response.end(answer === undefined ? '' : JSON.stringify(answer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    env: {
      EMAIL_FROM: 'no-reply@shop.example',
      SENDGRID_API_KEY: 'SG.sendgrid-key-4711',
      SENDGRID_WEBHOOK_PUBLIC_KEY: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
      SENDGRID_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    },
    mails,
    requests,
    calls: () => requests.length,
    play(next) {
      play = next
    },
    reply(next) {
      play = next
    },
    lastCode: (to) => mails.findLast((mail) => mail.to === to)?.code,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** An event that SendGrid would report about a mail. */
export const sendgridEvent = (mail: Pick<SeenMail, 'to' | 'reference'>, event: string, fields: object = {}) => ({
  email: mail.to,
  timestamp: 1_768_478_400,
  'smtp-id': '<14c5d75ce93.dfd.64b469@ismtpd-555>',
  event,
  category: ['signInCode'],
  sg_event_id: 'VzcPxPv7SdWvUugt-xKymw',
  sg_message_id: 'aBc-123_x.recvd-5f54b5d587-pczjm-1-67BADEEA-6.0',
  reference: mail.reference,
  ...fields,
})

/** A batch of events as SendGrid would post it, signed at a time in milliseconds, in the shape that `app.inject` takes. */
export function sendgridEvents(events: unknown, at: number, { key = privateKey } = {}) {
  const payload = `${typeof events === 'string' ? events : JSON.stringify(events)}\r\n`
  const timestamp = String(Math.floor(at / 1000))
  const signature = sign('sha256', Buffer.from(timestamp + payload), key).toString('base64')
  return {
    method: 'POST',
    url: '/api/webhooks/sendgrid/events',
    headers: {
      'content-type': 'application/json',
      'x-twilio-email-event-webhook-signature': signature,
      'x-twilio-email-event-webhook-timestamp': timestamp,
    },
    payload,
  } as const
}
