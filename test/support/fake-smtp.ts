import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import PostalMime from 'postal-mime'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { codeIn, type FakeMailVendor, type MailPlay, type SeenMail } from './fake-mail.ts'

const refused = (responseCode: number, text: string): Error => Object.assign(new Error(text), { responseCode })

/** What the server says to a recipient and to a mail; nothing when it is content. */
const answers: Record<MailPlay, { recipient?: Error; mail?: Error }> = {
  accept: {},
  reject: { recipient: refused(550, '5.1.1 asha@example.com has no mailbox here') },
  refuse: { mail: refused(554, '5.7.1 Authenticate as no-reply@shop.example') },
  busy: { mail: refused(451, '4.3.0 try later') },
  hang: {},
  reset: {},
}

export interface FakeSmtp extends FakeMailVendor {
  /** Its connections now. */
  connections(): number
  /** Each mail as it came over the wire. */
  raw: string[]
  /** Says this to recipients, to mails or to the login from now on. */
  say(said: { recipient?: Error; mail?: Error; login?: Error }): void
  /** Drops all connections, as a server does with idle ones. */
  dropConnections(): void
}

export { refused }

/** A mail server with a login, without encryption unless the options say so, on a free port unless one is given. */
export async function fakeSmtp(options: SMTPServerOptions = {}, port = 0): Promise<FakeSmtp> {
  const mails: SeenMail[] = []
  const raw: string[] = []
  let play: MailPlay = 'accept'
  let said: { recipient?: Error; mail?: Error; login?: Error } = {}
  let calls = 0

  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authMethods: ['PLAIN', 'LOGIN'],
    allowInsecureAuth: true,
    logger: false,
    closeTimeout: 50,
    onAuth({ username, password }, _session, done) {
      if (said.login) done(said.login)
      else if (username === 'shop' && password === 'smtp-password-4711') done(null, { user: username })
      else done(refused(535, '5.7.8 wrong user or password'))
    },
    onRcptTo(_address, _session, done) {
      calls += 1
      done(said.recipient ?? answers[play].recipient)
    },
    onData(stream, session, done) {
      void buffer(stream).then(async (bytes) => {
        const mail = await PostalMime.parse(bytes)
        const text = mail.text ?? ''
        raw.push(bytes.toString('utf8'))
        mails.push({
          to: session.envelope.rcptTo[0]?.address ?? '',
          from: mail.from?.address ?? '',
          subject: mail.subject ?? '',
          text,
          html: mail.html ?? '',
          code: codeIn(text),
          reference: /^<(.*)@/.exec(mail.messageId ?? '')?.[1],
        })
        if (play === 'reset') dropConnections()
        else if (play !== 'hang') done(said.mail ?? answers[play].mail)
      })
    },
    ...options,
  })
  server.on('error', () => undefined) // connections that a test drops
  const dropConnections = () => {
    for (const connection of server.connections) connection._socket.destroy()
  }
  const listening = server.listen(port, '127.0.0.1')
  await once(listening, 'listening')

  return {
    env: {
      EMAIL_FROM: 'no-reply@shop.example',
      SMTP_HOST: '127.0.0.1',
      SMTP_PORT: String((listening.address() as AddressInfo).port),
      SMTP_SECURITY: 'none',
      SMTP_USER: 'shop',
      SMTP_PASSWORD: 'smtp-password-4711',
    },
    mails,
    raw,
    calls: () => calls,
    connections: () => server.connections.size,
    play(next) {
      play = next
      said = {}
    },
    say(next) {
      said = next
    },
    dropConnections,
    lastCode: (to) => mails.findLast((mail) => mail.to === to)?.code,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
