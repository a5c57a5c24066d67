import { defineSection, setting } from '../../platform/config/section.ts'
import { providerFaults } from '../../platform/vendors/provider-faults.ts'
import { paymentProviders } from './providers/index.ts'

/** What every provider shares. Each provider's own settings are in its file. */
export const paymentsSettings = defineSection({
  title: 'Payments',
  settings: {
    providers: setting.list({
      env: 'PAYMENT_PROVIDERS',
      default: [],
      description:
        'How customers can pay, in this order, separated by commas. One without its settings is passed over. One that is left out still gives back what came in by it.',
      otherwise: 'razorpay, stripe, cash; in development also test, which moves no money',
    }),
    timeoutMs: setting.integer({
      env: 'PAYMENT_TIMEOUT_MS',
      default: 8000,
      minimum: 100,
      maximum: 60_000,
      description: 'Longest wait for a provider.',
    }),
    breakerFailures: setting.integer({
      env: 'PAYMENT_BREAKER_FAILURES',
      default: 5,
      minimum: 1,
      description: 'Failures in a row after which a provider is left alone for a while.',
    }),
    breakerOpenSeconds: setting.integer({
      env: 'PAYMENT_BREAKER_OPEN_SECONDS',
      default: 15,
      minimum: 1,
      maximum: 3600,
      description: 'How long it is left alone. Then one call tries it.',
    }),
    reconcileSeconds: setting.integer({
      env: 'PAYMENT_RECONCILE_SECONDS',
      default: 60,
      minimum: 1,
      maximum: 3600,
      description:
        'How often the providers are asked about payments, refunds and webhooks that nothing came of in time.',
    }),
    eventBodyDays: setting.integer({
      env: 'PAYMENT_EVENT_BODY_DAYS',
      default: 14,
      minimum: 1,
      maximum: 365,
      description: 'Days that the text of a webhook is kept, sealed. Its id, kind and hash stay.',
    }),
  },
  check: ({ providers }, { development }) =>
    providerFaults('PAYMENT_PROVIDERS', providers, paymentProviders, development, 'moves no money'),
})
