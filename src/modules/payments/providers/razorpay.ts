import { defineSection, headerText, setting, type Values } from '../../../platform/config/section.ts'
import { type HttpAnswer, type HttpClient, isSafeBaseUrl, safeBaseUrl } from '../../../platform/http/client.ts'
import { sameText } from '../../../platform/same-text.ts'
import { type Answer, definePaymentProvider, type Payable, type SeenRefund, type SeenTry } from '../payment-provider.ts'
import { isEntity, refusalOf, textOf, toRefund, toTry } from './razorpay-entity.ts'
import { checkRazorpayEvent, hexHmac, readRazorpayEvent } from './razorpay-event.ts'

const settings = defineSection({
  title: 'Razorpay',
  settings: {
    keyId: setting.optionalText({
      env: 'RAZORPAY_KEY_ID',
      pattern: '^rzp_(test|live)_[A-Za-z0-9]{6,40}$',
      form: 'a key id such as rzp_test_ and letters and digits',
      description: 'Key id, from the Razorpay dashboard. Clients get to see it.',
    }),
    keySecret: setting.secret({
      env: 'RAZORPAY_KEY_SECRET',
      ...headerText,
      description: 'Secret of the key: calls the API, and checks what clients bring back from the checkout.',
    }),
    webhookSecret: setting.secret({
      env: 'RAZORPAY_WEBHOOK_SECRET',
      minLength: 8,
      description:
        'Secret of the webhook, which the dashboard sends to PUBLIC_URL/api/webhooks/razorpay. Not the secret of the key.',
    }),
    webhookSecretPrevious: setting.secret({
      env: 'RAZORPAY_WEBHOOK_SECRET_PREVIOUS',
      minLength: 8,
      description: 'The one before it was changed, for a day: what is sent again is still signed with it.',
    }),
    baseUrl: setting.text({
      env: 'RAZORPAY_BASE_URL',
      default: 'https://api.razorpay.com',
      description: 'Address of the API. Must be https, unless it is on this machine.',
    }),
  },
  check: ({ baseUrl }) => (isSafeBaseUrl(baseUrl) ? [] : [`RAZORPAY_BASE_URL must be ${safeBaseUrl}.`]),
})

type Settings = Values<typeof settings>
interface Line {
  settings: Settings
  http: HttpClient
}

const ok = 200

const credentials = ({ keyId = '', keySecret }: Settings) => [keyId, keySecret?.reveal() ?? ''] as const

const get = ({ settings: values, http }: Line, path: string): Promise<HttpAnswer> =>
  http.get({ path, basicAuth: credentials(values) })

const post = (
  { settings: values, http }: Line,
  path: string,
  json: unknown,
  headers: Record<string, string> = {},
): Promise<HttpAnswer> => http.post({ path, json, headers, basicAuth: credentials(values) })

/** An answer that has what was asked for, or what else it means. */
function told<T>(answer: HttpAnswer, value: T | undefined): Answer<T> {
  if (answer.status === ok && value !== undefined) return { outcome: 'done', value }
  return answer.status === ok
    ? { outcome: 'unavailable', reason: 'razorpay said nothing', alarm: false }
    : refusalOf(answer)
}

const itemsOf = ({ body }: HttpAnswer): unknown[] | undefined =>
  Array.isArray(body['items']) ? body['items'] : undefined

const clientOf = (reference: string, { amountPaise, currency }: Payable, { keyId }: Settings) => ({
  keyId,
  orderId: reference,
  amountPaise,
  currency,
})

const inPath = (reference: string): string => encodeURIComponent(reference)

async function readRefunds(line: Line, captureReference: string): Promise<Answer<SeenRefund[]>> {
  const answer = await get(line, `/v1/payments/${inPath(captureReference)}/refunds?count=100`)
  return told(
    answer,
    itemsOf(answer)?.flatMap((refund) => toRefund(refund) ?? []),
  )
}

async function readPayment(line: Line, reference: string): Promise<Answer<SeenTry>> {
  const answer = await get(line, `/v1/payments/${inPath(reference)}`)
  return told(answer, toTry(answer.body))
}

/** @see https://razorpay.com/docs/api/ */
export const razorpay = definePaymentProvider({
  id: 'razorpay',
  kind: 'online',
  title: 'UPI, cards, net banking and wallets',
  settings,
  missing: ({ keyId, keySecret, webhookSecret }) => [
    ...(keyId ? [] : ['RAZORPAY_KEY_ID']),
    ...(keySecret ? [] : ['RAZORPAY_KEY_SECRET']),
    ...(webhookSecret ? [] : ['RAZORPAY_WEBHOOK_SECRET']),
  ],
  leastPaise: 100,
  mostPaise: () => null,
  baseUrl: ({ baseUrl }) => baseUrl,

  gateway: {
    leastRefundPaise: 100,

    async begin(payable, line) {
      const { id, orderId, amountPaise: amount, currency } = payable
      const order = { amount, currency, receipt: id, notes: { order: orderId } }
      const answer = await post(line, '/v1/orders', order)
      const reference = textOf(answer.body['id']) || undefined
      const client = clientOf(reference ?? '', payable, line.settings)
      return told(answer, reference === undefined ? undefined : { reference, client })
    },

    // Should there be several, one that somebody has tried to pay comes before one that nobody has.
    async find({ id }, line) {
      const answer = await get(line, `/v1/orders?receipt=${inPath(id)}&count=100`)
      const found = itemsOf(answer)?.filter((order) => isEntity(order) && order['receipt'] === id)
      if (!found) return told<string | undefined>(answer, undefined)
      const triesOf = (order: unknown) => (isEntity(order) ? Number(order['attempts']) || 0 : 0)
      const [first] = found.sort((a, b) => triesOf(b) - triesOf(a))
      return { outcome: 'done', value: isEntity(first) ? textOf(first['id']) : undefined }
    },

    async look({ reference, ...payable }, line) {
      const answer = await get(line, `/v1/orders/${inPath(reference)}/payments?count=100`)
      const tries = itemsOf(answer)?.flatMap((payment) => toTry(payment) ?? [])
      return told(answer, tries && { tries, client: clientOf(reference, payable, line.settings) })
    },

    async ownerOf(reference, line) {
      const answer = await get(line, `/v1/orders/${inPath(reference)}`)
      if (answer.status !== ok) return refusalOf(answer)
      return { outcome: 'done', value: textOf(answer.body['receipt']) || undefined }
    },

    // A second capture is refused with an error that is not to be told from others: the payment says what is so.
    async capture({ reference, amountPaise: amount, currency }, line) {
      const answer = await post(line, `/v1/payments/${inPath(reference)}/capture`, { amount, currency })
      const taken = told(answer, toTry(answer.body))
      if (taken.outcome !== 'rejected') return taken
      const now = await readPayment(line, reference)
      return now.outcome === 'done' && now.value.state !== 'captured' ? taken : now
    },

    async refund({ id, captureReference, amountPaise: amount }, line) {
      const refund = { amount, speed: 'normal', receipt: id, notes: { refund: id } }
      const path = `/v1/payments/${inPath(captureReference)}/refund`
      const answer = await post(line, path, refund, { 'x-refund-idempotency': id })
      return told(answer, toRefund(answer.body))
    },

    async findMoney(captureReference, line) {
      const seen = await readPayment(line, captureReference)
      if (seen.outcome !== 'done') return seen
      const { paymentReference } = seen.value
      return { outcome: 'done', value: paymentReference === '' ? undefined : { paymentReference, tries: [seen.value] } }
    },

    refundsOf: (captureReference, line) => readRefunds(line, captureReference),

    async findRefund({ id, captureReference, reference }, line): Promise<Answer<SeenRefund | undefined>> {
      if (reference !== null) {
        const answer = await get(line, `/v1/refunds/${inPath(reference)}`)
        return told(answer, toRefund(answer.body))
      }
      const refunds = await readRefunds(line, captureReference)
      if (refunds.outcome !== 'done') return refunds
      return { outcome: 'done', value: refunds.value.find(({ refundId }) => refundId === id) }
    },

    checkEvent: (call, { settings: { webhookSecret, webhookSecretPrevious } }) =>
      checkRazorpayEvent(call, [webhookSecret, webhookSecretPrevious]),
    readEvent: readRazorpayEvent,

    // With the name that we have of the order, whatever the client says.
    isGenuine({ razorpay_payment_id: payment, razorpay_signature: signature }, reference, { keySecret }) {
      if (typeof payment !== 'string' || typeof signature !== 'string' || !keySecret) return false
      return sameText(signature, hexHmac(keySecret, `${reference}|${payment}`))
    },
  },
})
