import type { Transporter } from 'nodemailer'
import { defineSection, setting, type Values } from '../../../../platform/config/section.ts'
import { defineEmailProvider } from '../email-provider.ts'
import { outcomeOfFailure } from './smtp-failure.ts'

const onThisMachine = /^(127\.\d+\.\d+\.\d+|localhost|::1)$/

const settings = defineSection({
  title: 'SMTP',
  settings: {
    host: setting.optionalText({
      env: 'SMTP_HOST',
      pattern: '^[A-Za-z0-9.:-]{1,253}$',
      form: 'a host name or an IP address',
      description: 'Mail server.',
    }),
    port: setting.integer({
      env: 'SMTP_PORT',
      default: 587,
      minimum: 1,
      maximum: 65_535,
      description: 'Its port: 587 for starttls, 465 for tls.',
    }),
    security: setting.oneOf(['starttls', 'tls', 'none'], {
      env: 'SMTP_SECURITY',
      default: 'starttls',
      description:
        'starttls: encrypted before the login, or not at all · tls: encrypted from the start · none: for a server on this machine.',
    }),
    user: setting.optionalText({ env: 'SMTP_USER', description: 'User; not needed where the server asks for none.' }),
    password: setting.secret({ env: 'SMTP_PASSWORD', description: 'Password of the user.' }),
    price: setting.rupees({
      env: 'SMTP_PRICE',
      default: 0,
      description: 'Price of one mail in rupees, as the budget counts it.',
    }),
  },
  check: ({ host = '', port, security }) => [
    ...(security === 'none' && host !== '' && !onThisMachine.test(host)
      ? ['SMTP_SECURITY=none sends codes and the password in the clear, so SMTP_HOST must be on this machine.']
      : []),
    ...(security === 'starttls' && port === 465
      ? ['SMTP_SECURITY must be tls for port 465, which is encrypted from the start.']
      : []),
    ...(security === 'tls' && port === 587
      ? ['SMTP_SECURITY must be starttls for port 587, which begins in the clear.']
      : []),
  ],
})

const tlsOf = {
  starttls: { secure: false, requireTLS: true },
  tls: { secure: true },
  none: { secure: false, ignoreTLS: true },
}

async function openPool(values: Values<typeof settings>): Promise<Transporter> {
  const { createTransport } = await import('nodemailer') // 0.2 s
  const { host = '', port, security, user, password } = values
  return createTransport({
    pool: true,
    host,
    port,
    ...tlsOf[security],
    ...(user !== undefined && { auth: { user, pass: password?.reveal() ?? '' } }),
    maxConnections: 5,
    maxMessages: 100,
    // A mail is put back only if its connection went before a byte of it was sent.
    maxRequeues: 1,
    connectionTimeout: 3000,
    greetingTimeout: 3000,
    socketTimeout: 10_000,
    socketCloseTimeout: 1000,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

/** As Postfix and Exim write it into their answer. */
const queueId = /(?:queued as |id=)([\w-]+)/i

/** @see https://nodemailer.com/smtp */
export const smtp = defineEmailProvider({
  id: 'smtp',
  settings,
  missing: ({ host, user, password }) => [
    ...(host ? [] : ['SMTP_HOST']),
    ...(password && !user ? ['SMTP_USER'] : []),
    ...(user && !password ? ['SMTP_PASSWORD'] : []),
  ],
  pricePaise: ({ price }) => price,
  connect: openPool,
  disconnect: (pool) => pool.close(),

  async send({ to, from, subject, text, html, reference }, { connection: pool, timeoutMs }) {
    try {
      const { response } = await pool.sendMail({
        from,
        to: { name: '', address: to },
        envelope: { from: from.address, to },
        subject,
        text,
        html,
        // The same at each try, so that a mail that comes twice is seen to be one.
        messageId: `<${reference}${from.address.slice(from.address.lastIndexOf('@'))}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal: AbortSignal.timeout(timeoutMs),
      })
      const vendorReference = queueId.exec(response ?? '')?.[1]
      return { outcome: 'accepted', ...(vendorReference && { vendorReference }) }
    } catch (error) {
      return outcomeOfFailure(error)
    }
  },
})
