import { defineSection, setting } from '../../platform/config/section.ts'

export const inventorySettings = defineSection({
  title: 'Stock',
  settings: {
    holdSeconds: setting.integer({
      env: 'STOCK_HOLD_SECONDS',
      default: 600,
      minimum: 10,
      maximum: 86_400,
      description:
        'Seconds that stock is held for an order before it is placed. Longer than a payment takes, its late notice included.',
    }),
  },
})
