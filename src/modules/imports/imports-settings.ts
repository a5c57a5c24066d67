import { defineSection, setting } from '../../platform/config/section.ts'

export const importsSettings = defineSection({
  title: 'Imports',
  settings: {
    maxMegabytes: setting.integer({
      env: 'IMPORT_MAX_MB',
      default: 1024,
      minimum: 1,
      maximum: 1_000_000,
      description: 'Largest file that can be imported, in MiB. It is never in memory as a whole.',
    }),
  },
})
