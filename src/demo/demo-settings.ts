import { defineSection, setting } from '../platform/config/section.ts'

export const demoSettings = defineSection({
  title: 'Demo data',
  settings: {
    isLoaded: setting.flag({
      env: 'DEMO_DATA',
      default: true,
      description:
        'Whether development mode fills an empty database with stores, products and stock from `demo/`. Nothing else does.',
    }),
  },
})
