import type { TOptional, TString } from 'typebox'
import { defineSection, headerText, setting, type Values } from '../../../../platform/config/section.ts'
import { type HttpAnswer, isSafeBaseUrl, safeBaseUrl } from '../../../../platform/http/client.ts'
import type { SendOutcome } from '../../message-provider.ts'
import { defineSmsProvider, envNameOf, type OrderVariant, orderVariants, type SmsMessage } from '../sms-provider.ts'
import { readFast2smsReceipt } from './fast2sms-receipt.ts'

const messageId = (name: string, text: string) =>
  setting.optionalText({
    env: name,
    pattern: '^\\d{1,20}$',
    form: 'a number',
    description: `Message ID of the ${text}, for the route dlt.`,
  })

const orderMessageIds = Object.fromEntries(
  orderVariants.map((variant) => [
    variant,
    messageId(`FAST2SMS_MESSAGE_ID_${envNameOf(variant)}`, `text of ${envNameOf(variant)}`),
  ]),
) as Record<OrderVariant, TOptional<TString>>

const settings = defineSection({
  title: 'Fast2SMS',
  settings: {
    apiKey: setting.secret({
      env: ['FAST2SMS_API_KEY', 'REACT_APP_FAST2SMS_API_KEY'],
      ...headerText,
      description: 'API key. The older name begins with REACT_APP_, which web builds publish: prefer the first.',
    }),
    route: setting.oneOf(['q', 'otp', 'dlt', 'dlt_manual'], {
      env: 'FAST2SMS_ROUTE',
      default: 'q',
      description:
        'q: any text, dear, no registration · otp: their text · dlt: registered text by Message ID · dlt_manual: registered text sent whole.',
    }),
    senderId: setting.optionalText({
      env: 'FAST2SMS_SENDER_ID',
      pattern: '^[A-Za-z]{3,6}$',
      form: '3 to 6 letters',
      description: 'Registered header, for the routes dlt and dlt_manual. Case matters.',
    }),
    entityId: setting.optionalText({
      env: 'DLT_ENTITY_ID',
      pattern: '^\\d{1,30}$',
      form: 'a number',
      description: 'Principal Entity id at DLT, for the route dlt_manual.',
    }),
    messageIdEn: messageId('FAST2SMS_MESSAGE_ID_EN', 'English text'),
    messageIdHi: messageId('FAST2SMS_MESSAGE_ID_HI', 'Hindi text'),
    messageIdEnAndroid: messageId('FAST2SMS_MESSAGE_ID_EN_ANDROID', 'English Android text'),
    messageIdHiAndroid: messageId('FAST2SMS_MESSAGE_ID_HI_ANDROID', 'Hindi Android text'),
    ...orderMessageIds,
    webhookSecret: setting.secret({
      env: 'FAST2SMS_WEBHOOK_SECRET',
      pattern: '^[A-Za-z0-9_-]{24,100}$',
      form: '24 to 100 letters, digits, _ and -',
      description:
        'Last part of the address of delivery reports, POST /api/webhooks/fast2sms/<secret>. Reports are not signed.',
    }),
    baseUrl: setting.text({
      env: 'FAST2SMS_BASE_URL',
      default: 'https://www.fast2sms.com',
      description: 'Address of the API. Must be https, unless it is on this machine.',
    }),
    price: setting.rupees({
      env: 'FAST2SMS_PRICE',
      default: 500,
      description: 'Price of one SMS in rupees, as the budget counts it.',
    }),
  },
  check: ({ baseUrl }) => (isSafeBaseUrl(baseUrl) ? [] : [`FAST2SMS_BASE_URL must be ${safeBaseUrl}.`]),
})

type Fast2smsValues = Values<typeof settings>

const isAboutOrder = (variant: string): variant is OrderVariant => orderVariants.includes(variant as OrderVariant)

const otherLanguage = Object.fromEntries(
  orderVariants.map((variant) => [variant, variant.replace(/(en|hi)$/, (own) => (own === 'en' ? 'hi' : 'en'))]),
) as Record<OrderVariant, OrderVariant>

/** A language without a Message ID of its own gets the other one's text: both take the same values. */
function messageIdFor({ template }: SmsMessage, values: Fast2smsValues): string | undefined {
  const { messageIdEn, messageIdHi, messageIdEnAndroid, messageIdHiAndroid } = values
  const { variant } = template
  if (isAboutOrder(variant)) return values[variant] ?? values[otherLanguage[variant]]
  return {
    en: messageIdEn ?? messageIdHi,
    hi: messageIdHi ?? messageIdEn,
    en_android: messageIdEnAndroid ?? messageIdHiAndroid,
    hi_android: messageIdHiAndroid ?? messageIdEnAndroid,
  }[variant]
}

/** The fields of a route; `undefined` when what it needs is not set. */
function fieldsOf(message: SmsMessage, values: Fast2smsValues): Record<string, string | undefined> | undefined {
  const { text, values: filledIn, code, template } = message
  const sender = { sender_id: values.senderId }
  switch (values.route) {
    case 'q':
      return { message: text, language: 'english' }
    case 'otp':
      return code === undefined ? undefined : { variables_values: code }
    case 'dlt': {
      const id = messageIdFor(message, values)
      return id === undefined ? undefined : { ...sender, message: id, variables_values: filledIn.join('|') }
    }
    case 'dlt_manual':
      return { ...sender, message: text, template_id: template.dltTemplateId, entity_id: values.entityId }
  }
}

/** Wrong number, or too many to this number: their own limit a person, which waiting cures and another vendor must not. */
const rejections = new Set([411, 995])

function classify({ status, body }: HttpAnswer): SendOutcome {
  // In the body of a 400 and unlike an HTTP status, even where the number looks like one.
  const code = /^\d{3}$/.test(String(body['status_code'])) ? Number(body['status_code']) : undefined
  const reason = `fast2sms ${code ?? `http ${status}`}`
  if (code !== undefined && rejections.has(code)) return { outcome: 'rejected', reason }
  const refused = body['return'] === false || (status >= 400 && status < 500)
  // Everything else on their list of refusals is key, wallet, registration or our own fault.
  const alarm = status < 500 && status !== 429 && (code !== undefined || status === 401 || status === 403)
  return { outcome: 'unavailable', reason, mayHaveSent: !refused, alarm }
}

/** @see https://docs.fast2sms.com/reference */
export const fast2sms = defineSmsProvider({
  id: 'fast2sms',
  settings,
  missing: ({ apiKey, route, senderId, messageIdEn, messageIdHi }) => [
    ...(apiKey ? [] : ['FAST2SMS_API_KEY']),
    ...(route.startsWith('dlt') && !senderId ? ['FAST2SMS_SENDER_ID'] : []),
    ...(route === 'dlt' && !messageIdEn && !messageIdHi ? ['FAST2SMS_MESSAGE_ID_EN'] : []),
  ],
  pricePaise: ({ price }) => price,
  baseUrl: ({ baseUrl }) => baseUrl,

  async send(message, { settings: values, http }) {
    const unavailable = { outcome: 'unavailable', mayHaveSent: false } as const
    const [, numbers] = /^\+91([6-9]\d{9})$/.exec(message.to) ?? []
    if (numbers === undefined)
      return { ...unavailable, reason: 'fast2sms India only', alarm: false, onlyThisRecipient: true }
    const fields = fieldsOf(message, values)
    if (!fields && isAboutOrder(message.template.variant))
      // Says nothing about codes, which are to go on by this vendor.
      return {
        ...unavailable,
        reason: 'fast2sms no Message ID',
        alarm: values.route === 'dlt',
        onlyThisRecipient: true,
      }
    if (!fields) return { ...unavailable, reason: 'fast2sms no Message ID', alarm: true }

    const answer = await http.post({
      path: '/dev/bulkV2',
      // A header, never the query that their GET takes: addresses end up in logs.
      headers: { authorization: values.apiKey?.reveal() ?? '' },
      json: { route: values.route, ...fields, numbers, flash: '0', udf1: message.reference },
    })
    const { return: taken, request_id: id } = answer.body
    if (answer.status === 200 && taken === true && typeof id === 'string')
      return { outcome: 'accepted', vendorReference: id }
    return classify(answer)
  },

  readReceipt: (call, { webhookSecret }) =>
    webhookSecret ? readFast2smsReceipt(call, webhookSecret.reveal()) : 'forged',
})
