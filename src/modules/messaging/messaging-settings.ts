import { defineSection, setting } from '../../platform/config/section.ts'
import { providerFaults } from '../../platform/vendors/provider-faults.ts'
import { smsProviders } from './sms/providers/index.ts'

const templateId = (env: string, text: string) =>
  setting.optionalText({
    env,
    pattern: '^\\d{1,30}$',
    form: 'a number',
    description: `Id under which the ${text} text is registered at DLT.`,
  })

/** What every text and every vendor shares. Each vendor's own settings are in its file. */
export const messagingSettings = defineSection({
  title: 'SMS',
  settings: {
    providers: setting.list({
      env: 'SMS_PROVIDERS',
      default: [],
      description: 'Vendors in the order of trying, separated by commas. One without its settings is passed over.',
      otherwise: 'twilio, fast2sms; in development also console, which prints the code',
    }),
    locale: setting.oneOf(['en', 'hi'], {
      env: 'SMS_LOCALE',
      default: 'en',
      description: 'Language of an SMS when the client names none.',
    }),
    brand: setting.text({ env: 'SMS_BRAND', default: 'Blinkit', description: 'Name of the shop in the text.' }),
    textEn: setting.optionalText({
      env: 'SMS_TEXT_EN',
      description: 'English text, exactly as registered, with {code}, {minutes} and {brand}.',
      otherwise: 'a text with code, life and warning',
    }),
    textHi: setting.optionalText({
      env: 'SMS_TEXT_HI',
      description: 'Hindi text (Latin letters), exactly as registered, with {code}, {minutes} and {brand}.',
      otherwise: 'a text with code, life and warning',
    }),
    dltTemplateIdEn: templateId('DLT_TEMPLATE_ID_EN', 'English'),
    dltTemplateIdHi: templateId('DLT_TEMPLATE_ID_HI', 'Hindi'),
    dltTemplateIdEnAndroid: templateId('DLT_TEMPLATE_ID_EN_ANDROID', 'English Android'),
    dltTemplateIdHiAndroid: templateId('DLT_TEMPLATE_ID_HI_ANDROID', 'Hindi Android'),
    webOtpHost: setting.optionalText({
      env: 'WEB_OTP_HOST',
      description: 'Host of the web shop, such as shop.example: adds the line from which browsers fill in the code.',
    }),
    androidAppHash: setting.optionalText({
      env: 'ANDROID_APP_HASH',
      description: 'Hash of the Android app (11 characters): adds the line from which the app reads the code.',
    }),
    attemptTimeoutMs: setting.integer({
      env: 'SMS_ATTEMPT_TIMEOUT_MS',
      default: 3000,
      minimum: 100,
      maximum: 30_000,
      description: 'Longest wait for one vendor.',
    }),
    totalTimeoutMs: setting.integer({
      env: 'SMS_TOTAL_TIMEOUT_MS',
      default: 8000,
      minimum: 100,
      maximum: 60_000,
      description: 'Longest wait for all vendors together.',
    }),
    breakerFailures: setting.integer({
      env: 'SMS_BREAKER_FAILURES',
      default: 5,
      minimum: 1,
      description: 'Failures in a row after which a vendor is left alone for a while.',
    }),
    breakerOpenSeconds: setting.integer({
      env: 'SMS_BREAKER_OPEN_SECONDS',
      default: 30,
      minimum: 1,
      maximum: 3600,
      description: 'How long it is left alone. Then one message tries it.',
    }),
  },
  check: ({ providers }, { development }) => providerFaults('SMS_PROVIDERS', providers, smsProviders, development),
})
