import { sameText } from '../../../../platform/same-text.ts'
import type { DeliveryState, Receipt, ReceiptCall } from '../../message-provider.ts'

const failures = ['failed', 'undelivered', 'rejected', 'expired', 'blocked'] as const

/** Our own word for a failure, by how theirs begins: what follows may hold the number or the text. */
const failureOf = (status: string): string | undefined =>
  failures.find((word) => status.toLowerCase().startsWith(word.slice(0, -2)))

/** By how the word begins; what is none of these is still on its way. */
function stateOf(status: string): DeliveryState {
  if (/^deliver/i.test(status)) return 'delivered'
  if (failureOf(status)) return 'failed'
  return /^sent/i.test(status) ? 'sent' : 'queued'
}

/** The fields of a form or of a flat JSON object, as text; of a list, its first object. */
function fieldsOf(body: string): Map<string, string> {
  try {
    const json: unknown = JSON.parse(body)
    const first: unknown = Array.isArray(json) ? json[0] : json
    const entries = Object.entries(typeof first === 'object' && first !== null ? first : {})
    return new Map(
      entries.flatMap(([name, value]) => (['string', 'number'].includes(typeof value) ? [[name, String(value)]] : [])),
    )
  } catch {
    return new Map(new URLSearchParams(body))
  }
}

/**
 * Reads a pushed report. Its body is composed in their dashboard; it must hold `udf1` (or `reference`), `mobile` and
 * `status`. Nothing is signed: the secret in the address is all the proof there is.
 * @see https://docs.fast2sms.com/reference/sms-webhook
 */
export function readFast2smsReceipt(
  { body, secret }: ReceiptCall,
  webhookSecret: string,
): Receipt | 'forged' | 'ignored' {
  if (!sameText(secret, webhookSecret)) return 'forged'
  const fields = fieldsOf(body)
  const reference = fields.get('udf1') ?? fields.get('reference')
  const to = fields.get('mobile')
  const status = fields.get('status')
  if (!reference || !to || !status) return 'ignored'
  const state = stateOf(status.trim())
  if (state !== 'failed') return { reference, to, state, worthAnother: false, alarm: false }
  // The only stable part of the text: the three-digit code of the DLT platform, 600 to 639 for what is not registered.
  const code = /(?<!\d[ +-]?)\b\d{3}\b(?![ -]?\d)/.exec(fields.get('status_description') ?? '')?.[0]
  const alarm = code !== undefined && code >= '600' && code <= '639'
  return {
    reference,
    to,
    state,
    reason: `fast2sms ${code ?? failureOf(status.trim())}`,
    worthAnother: true,
    alarm,
  }
}
