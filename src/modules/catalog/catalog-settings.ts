import { defineSection, setting } from '../../platform/config/section.ts'

export const catalogSettings = defineSection({
  title: 'Catalogue',
  settings: {
    cacheMegabytes: setting.integer({
      env: 'CATALOG_CACHE_MB',
      default: 64,
      maximum: 4096,
      description:
        'Memory of each process for answers that shoppers are given, in MB. A change is seen everywhere within a second all the same; 0 asks the database each time.',
    }),
  },
})
