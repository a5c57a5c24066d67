import { defineSection, headerText, setting } from '../../../../platform/config/section.ts'
import { type HttpAnswer, isSafeBaseUrl, safeBaseUrl } from '../../../../platform/http/client.ts'
import type { SendOutcome } from '../../message-provider.ts'
import { defineEmailProvider } from '../email-provider.ts'
import { isEventKey, longestBatch, readSendgridEvents } from './sendgrid-receipt.ts'

const settings = defineSection({
  title: 'SendGrid',
  settings: {
    apiKey: setting.secret({
      env: 'SENDGRID_API_KEY',
      ...headerText,
      description: 'API key. One that may only "Mail Send" is enough.',
    }),
    webhookPublicKey: setting.optionalText({
      env: 'SENDGRID_WEBHOOK_PUBLIC_KEY',
      description:
        'Verification key of the signed event webhook, which reports to POST /api/webhooks/sendgrid/events. Without it events are refused.',
    }),
    baseUrl: setting.text({
      env: 'SENDGRID_BASE_URL',
      default: 'https://api.sendgrid.com',
      description:
        'Address of the API; https://api.eu.sendgrid.com for an EU account. Must be https, unless it is on this machine.',
    }),
    price: setting.rupees({
      env: 'SENDGRID_PRICE',
      default: 5,
      description: 'Price of one mail in rupees, as the budget counts it.',
    }),
  },
  check: ({ baseUrl, webhookPublicKey }) => [
    ...(isSafeBaseUrl(baseUrl) ? [] : [`SENDGRID_BASE_URL must be ${safeBaseUrl}.`]),
    ...(webhookPublicKey === undefined || isEventKey(webhookPublicKey)
      ? []
      : ['SENDGRID_WEBHOOK_PUBLIC_KEY must be the verification key as SendGrid shows it: one line of Base64.']),
  ],
})

const alarms = new Set([400, 401, 403, 404, 413])

/** It takes any well-formed address: what is wrong with a person comes by an event. */
function classify({ status, body }: HttpAnswer): SendOutcome {
  const reason = `sendgrid http ${status}`
  const [error] = Array.isArray(body['errors']) ? body['errors'] : []
  if (status === 400 && String(error?.field).startsWith('personalizations.0.to')) return { outcome: 'rejected', reason }
  const refused = status >= 400 && status < 500
  return { outcome: 'unavailable', reason, mayHaveSent: !refused, alarm: alarms.has(status) }
}

/** @see https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send */
export const sendgrid = defineEmailProvider({
  id: 'sendgrid',
  settings,
  missing: ({ apiKey }) => (apiKey ? [] : ['SENDGRID_API_KEY']),
  pricePaise: ({ price }) => price,
  baseUrl: ({ baseUrl }) => baseUrl,

  async send({ to, from, subject, text, html, template, reference }, { settings: { apiKey }, http }) {
    const answer = await http.post({
      path: '/v3/mail/send',
      headers: { authorization: `Bearer ${apiKey?.reveal()}` },
      json: {
        personalizations: [{ to: [{ email: to }], custom_args: { reference } }],
        from: { email: from.address, name: from.name },
        subject,
        content: [
          { type: 'text/plain', value: text },
          { type: 'text/html', value: html },
        ],
        headers: { 'Auto-Submitted': 'auto-generated' },
        categories: [template],
        // Tracking rewrites links and adds an image.
        tracking_settings: {
          click_tracking: { enable: false, enable_text: false },
          open_tracking: { enable: false },
          subscription_tracking: { enable: false },
        },
      },
    })
    return answer.status === 202 ? { outcome: 'accepted' } : classify(answer)
  },

  readReceipt: (call, { webhookPublicKey }) =>
    webhookPublicKey ? readSendgridEvents(call, webhookPublicKey) : 'forged',
  longestReceipt: longestBatch,
})
