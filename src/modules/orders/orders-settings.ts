import { defineSection, setting } from '../../platform/config/section.ts'

export const ordersSettings = defineSection({
  title: 'Orders',
  settings: {
    reviveMinutes: setting.integer({
      env: 'ORDER_REVIVE_MINUTES',
      default: 30,
      maximum: 1440,
      description:
        'Minutes after the end of its time to pay in which money still brings an order back, when the store is open and has everything. Later money is refunded.',
    }),
    deliveryCodeAbovePaise: setting.integer({
      env: 'DELIVERY_CODE_ABOVE_PAISE',
      default: 100_000,
      description:
        'From this total on, in paise, a paid order is handed over against a code. Orders paid in cash, and those with things that have an age limit, always are.',
    }),
    mostStreamsForUser: setting.integer({
      env: 'ORDER_STREAMS_PER_USER',
      default: 6,
      minimum: 1,
      description: 'Streams of order events that one account may have open in one process.',
    }),
    mostStreams: setting.integer({
      env: 'ORDER_STREAMS_IN_ALL',
      default: 5000,
      minimum: 1,
      description: 'Streams of order events that one process keeps open. Each holds a connection.',
    }),
  },
})
