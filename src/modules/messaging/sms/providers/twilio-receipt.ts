import { createHmac } from 'node:crypto'
import { sameText } from '../../../../platform/same-text.ts'
import type { DeliveryState, Receipt, ReceiptCall } from '../../message-provider.ts'

const states = new Map<string, DeliveryState>([
  ['accepted', 'queued'],
  ['scheduled', 'queued'],
  ['queued', 'queued'],
  ['sending', 'queued'],
  ['sent', 'sent'],
  ['delivered', 'delivered'],
  ['read', 'delivered'],
  ['undelivered', 'failed'],
  ['failed', 'failed'],
  ['canceled', 'failed'],
])

/** The number is unknown, no mobile, has opted out or is blocked as fraud: another vendor would fare no better. */
const final = new Set(['21211', '21610', '21614', '30005', '30006', '30450', '60410', '60605'])
/** The account is suspended, or texts are filtered (in India: they differ from what is registered). */
const alarms = new Set(['30002', '30007'])

/**
 * The signature of a form post: URL, then each field's name and value in the order of the names; the values of a
 * repeated field without doubles, sorted.
 * @see https://www.twilio.com/docs/usage/webhooks/webhooks-security
 */
export function twilioSignature(authToken: string, url: string, fields: URLSearchParams): string {
  const names = [...new Set(fields.keys())].sort()
  const parts = names.flatMap((name) => [...new Set(fields.getAll(name))].sort().map((value) => name + value))
  return createHmac('sha1', authToken)
    .update(url + parts.join(''))
    .digest('base64')
}

/** The address as it is, with and without the port that its scheme implies: which of them is signed varies. */
function spellings(url: string): string[] {
  const [, scheme = '', host = '', port, rest = ''] = /^(https?:\/\/)([^/?#]*?)(:\d+)?([/?#].*)?$/i.exec(url) ?? []
  const standard = scheme.toLowerCase() === 'https://' ? ':443' : ':80'
  if (port === undefined) return [url, scheme + host + standard + rest]
  return port === standard ? [url, scheme + host + rest] : [url]
}

/** Reads a status callback. Fields appear without notice and are all signed, so all received ones are checked. */
export function readTwilioReceipt(
  { url, query, headers, body }: ReceiptCall,
  authToken: string,
): Receipt | 'forged' | 'ignored' {
  const signature = headers['x-twilio-signature']
  if (url === undefined || typeof signature !== 'string') return 'forged'
  const fields = new URLSearchParams(body)
  if (!spellings(url).some((spelling) => sameText(signature, twilioSignature(authToken, spelling, fields))))
    return 'forged'

  const state = states.get(fields.get('MessageStatus') ?? '')
  const reference = query.get('reference')
  const to = fields.get('To')
  if (!state || !reference || !to) return 'ignored'
  if (state !== 'failed') return { reference, to, state, worthAnother: false, alarm: false }
  const code = /^\d{5}$/.exec(fields.get('ErrorCode') ?? '')?.[0] ?? 'unknown'
  return { reference, to, state, reason: `twilio ${code}`, worthAnother: !final.has(code), alarm: alarms.has(code) }
}
