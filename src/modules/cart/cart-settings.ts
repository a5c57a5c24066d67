import { defineSection, setting } from '../../platform/config/section.ts'

export const cartSettings = defineSection({
  title: 'Carts',
  settings: {
    guestCartsPerHour: setting.integer({
      env: 'CART_GUEST_CARTS_PER_HOUR',
      default: 600,
      minimum: 1,
      maximum: 1_000_000,
      description:
        'New carts of guests from one client address (IPv6: one /64) in an hour, counted by each process. Many customers of a mobile network share an address; signed in, nobody is counted.',
    }),
  },
})
