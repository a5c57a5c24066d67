import { defineSection, headerText, setting, type Values } from '../../../../platform/config/section.ts'
import { type HttpAnswer, isSafeBaseUrl, safeBaseUrl } from '../../../../platform/http/client.ts'
import type { SendOutcome } from '../../message-provider.ts'
import { defineSmsProvider } from '../sms-provider.ts'
import { readTwilioReceipt } from './twilio-receipt.ts'

const settings = defineSection({
  title: 'Twilio',
  settings: {
    accountSid: setting.optionalText({
      env: 'TWILIO_ACCOUNT_SID',
      pattern: '^AC[0-9a-fA-F]{32}$',
      form: 'AC and 32 hexadecimal digits',
      description: 'Account SID, from the Twilio console.',
    }),
    authToken: setting.secret({
      env: 'TWILIO_AUTH_TOKEN',
      ...headerText,
      description: 'Auth token: checks the signature of delivery receipts, and sends when there is no API key.',
    }),
    apiKeySid: setting.optionalText({
      env: 'TWILIO_API_KEY_SID',
      pattern: '^SK[0-9a-fA-F]{32}$',
      form: 'SK and 32 hexadecimal digits',
      description: 'API key to send with. Better than the auth token, because it can be revoked alone.',
    }),
    apiKeySecret: setting.secret({
      env: 'TWILIO_API_KEY_SECRET',
      ...headerText,
      description: 'Secret of the API key.',
    }),
    phoneNumber: setting.optionalText({
      env: 'TWILIO_PHONE_NUMBER',
      pattern: '^(\\+[1-9]\\d{6,14}|[A-Za-z0-9 ]{3,11})$',
      form: 'a number such as +15005550006, or 3 to 11 letters and digits',
      description: 'Sender: a number in E.164 or a registered header. Not used when a messaging service is set.',
    }),
    messagingServiceSid: setting.optionalText({
      env: 'TWILIO_MESSAGING_SERVICE_SID',
      pattern: '^MG[0-9a-fA-F]{32}$',
      form: 'MG and 32 hexadecimal digits',
      description: 'Messaging service that picks the sender from its pool.',
    }),
    baseUrl: setting.text({
      env: 'TWILIO_BASE_URL',
      default: 'https://api.twilio.com',
      description: 'Address of the API. Must be https, unless it is on this machine.',
    }),
    extraFields: setting.optionalText({
      env: 'TWILIO_EXTRA_FIELDS',
      pattern: '^[A-Za-z]\\w*=[^&]*(&[A-Za-z]\\w*=[^&]*)*$',
      form: 'a query string such as RiskCheck=disable',
      description:
        'Further fields of every message as a query string, such as RiskCheck=disable&ContentRetention=discard.',
    }),
    price: setting.rupees({
      env: 'TWILIO_PRICE',
      default: 700,
      description: 'Price of one SMS in rupees, as the budget counts it.',
    }),
  },
  check: ({ baseUrl }) => (isSafeBaseUrl(baseUrl) ? [] : [`TWILIO_BASE_URL must be ${safeBaseUrl}.`]),
})

/** An API key when it is whole, else the account's token. */
function credentials(values: Values<typeof settings>): readonly [string, string] {
  const { accountSid = '', authToken, apiKeySid, apiKeySecret } = values
  if (apiKeySid && apiKeySecret) return [apiKeySid, apiKeySecret.reveal()]
  return [accountSid, authToken?.reveal() ?? '']
}

/** The number is no mobile, has opted out, or is blocked as fraud: paying another vendor would help nobody. */
const rejections = new Set([21211, 21614, 21610, 30450, 60410, 60605])
/** Keys, sender, region, registration or quota: the same for everybody until an operator acts. */
const alarms = new Set([20003, 20404, 21212, 21408, 21606, 21901, 30002, 30007, 63038])
const noRouteToNumber = 21612

function classify({ status, body }: HttpAnswer): SendOutcome {
  const code = typeof body['code'] === 'number' && Number.isInteger(body['code']) ? body['code'] : undefined
  const reason = `twilio ${code ?? `http ${status}`}`
  if (code !== undefined && rejections.has(code)) return { outcome: 'rejected', reason }
  const refused = status >= 400 && status < 500
  const alarm = code === undefined ? [401, 403, 404].includes(status) : alarms.has(code) || status === 401
  const outcome = { outcome: 'unavailable', reason, mayHaveSent: !refused, alarm } as const
  return code === noRouteToNumber ? { ...outcome, onlyThisRecipient: true } : outcome
}

const seconds = (wanted: number): string => String(Math.min(36_000, Math.max(5, Math.floor(wanted))))

/** @see https://www.twilio.com/docs/messaging/api/message-resource */
export const twilio = defineSmsProvider({
  id: 'twilio',
  settings,
  missing: ({ accountSid, authToken, apiKeySid, apiKeySecret, phoneNumber, messagingServiceSid }) => [
    ...(accountSid ? [] : ['TWILIO_ACCOUNT_SID']),
    ...(authToken || apiKeySid || apiKeySecret ? [] : ['TWILIO_AUTH_TOKEN']),
    ...(apiKeySecret && !apiKeySid ? ['TWILIO_API_KEY_SID'] : []),
    ...(apiKeySid && !apiKeySecret ? ['TWILIO_API_KEY_SECRET'] : []),
    ...(phoneNumber || messagingServiceSid ? [] : ['TWILIO_PHONE_NUMBER']),
  ],
  pricePaise: ({ price }) => price,
  baseUrl: ({ baseUrl }) => baseUrl,

  async send({ to, text, validForSeconds, receiptUrl }, { settings: values, http }) {
    const answer = await http.post({
      path: `/2010-04-01/Accounts/${values.accountSid}/Messages.json`,
      basicAuth: credentials(values),
      form: {
        RiskCheck: 'enable',
        ...Object.fromEntries(new URLSearchParams(values.extraFields)),
        To: to,
        ...(values.messagingServiceSid
          ? { MessagingServiceSid: values.messagingServiceSid }
          : { From: values.phoneNumber }),
        Body: text,
        ValidityPeriod: seconds(validForSeconds),
        // Without the token a receipt could not be told from a forged one.
        StatusCallback: values.authToken ? receiptUrl : undefined,
      },
    })
    const { sid } = answer.body
    const taken = answer.status >= 200 && answer.status < 300 && typeof sid === 'string'
    return taken ? { outcome: 'accepted', vendorReference: sid } : classify(answer)
  },

  readReceipt: (call, { authToken }) => (authToken ? readTwilioReceipt(call, authToken.reveal()) : 'forged'),
})
