import { defineSection, setting } from '../../platform/config/section.ts'
import { parseEmailAddress } from '../../platform/email-address.ts'
import { providerFaults } from '../../platform/vendors/provider-faults.ts'
import { emailProviders } from './email/providers/index.ts'

const longestName = 70

/** What every mail and every vendor shares. Each vendor's own settings are in its file. */
export const emailSettings = defineSection({
  title: 'E-mail',
  settings: {
    providers: setting.list({
      env: 'EMAIL_PROVIDERS',
      default: [],
      description:
        'Vendors in the order of trying, separated by commas. One without its settings is passed over; without any, there is no e-mail.',
      otherwise: 'smtp, sendgrid; in development also console, which prints the code',
    }),
    from: setting.optionalText({
      env: 'EMAIL_FROM',
      description: 'Sender, such as no-reply@shop.example. No vendor is used without it.',
    }),
    fromName: setting.text({
      env: 'EMAIL_FROM_NAME',
      default: 'Blinkit',
      description: 'Name of the shop, as sender and in the mail.',
    }),
    attemptTimeoutMs: setting.integer({
      env: 'EMAIL_ATTEMPT_TIMEOUT_MS',
      default: 5000,
      minimum: 100,
      maximum: 60_000,
      description: 'Longest wait for one vendor. A mail server that does not greet within 3 s is given up earlier.',
    }),
    totalTimeoutMs: setting.integer({
      env: 'EMAIL_TOTAL_TIMEOUT_MS',
      default: 10_000,
      minimum: 100,
      maximum: 120_000,
      description: 'Longest wait for all vendors together.',
    }),
    breakerFailures: setting.integer({
      env: 'EMAIL_BREAKER_FAILURES',
      default: 5,
      minimum: 1,
      description: 'Failures in a row after which a vendor is left alone for a while.',
    }),
    breakerOpenSeconds: setting.integer({
      env: 'EMAIL_BREAKER_OPEN_SECONDS',
      default: 30,
      minimum: 1,
      maximum: 3600,
      description: 'How long it is left alone. Then one message tries it.',
    }),
  },
  check: ({ providers, from, fromName }, { development }) => [
    ...providerFaults('EMAIL_PROVIDERS', providers, emailProviders, development),
    ...(from === undefined || parseEmailAddress(from)
      ? []
      : ['EMAIL_FROM must be a bare address such as no-reply@shop.example, without a name.']),
    ...(fromName.length <= longestName && !/[\p{Cc}<>"]/u.test(fromName)
      ? []
      : [`EMAIL_FROM_NAME must be one line of ${longestName} characters at most, without <, > and ".`]),
  ],
})
