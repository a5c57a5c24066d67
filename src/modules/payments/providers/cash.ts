import { defineSection, setting } from '../../../platform/config/section.ts'
import { definePaymentProvider } from '../payment-provider.ts'

/** Money in the hand of the rider. */
export const cash = definePaymentProvider({
  id: 'cash',
  kind: 'cash',
  title: 'Cash on delivery',
  settings: defineSection({
    title: 'Cash on delivery',
    settings: {
      isOffered: setting.flag({
        env: 'CASH_ON_DELIVERY',
        default: true,
        description: 'Whether customers may pay the rider.',
      }),
      mostPaise: setting.integer({
        env: 'CASH_MOST_PAISE',
        default: 500_000,
        minimum: 100,
        maximum: 100_000_000,
        description: 'Largest order that may be paid in cash, in paise.',
      }),
    },
  }),
  missing: ({ isOffered }) => (isOffered ? [] : ['CASH_ON_DELIVERY']),
  leastPaise: 0,
  mostPaise: ({ mostPaise }) => mostPaise,
})
