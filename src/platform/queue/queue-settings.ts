import { defineSection, setting } from '../config/section.ts'

export const queueSettings = defineSection({
  title: 'Background work',
  settings: {
    inProcess: setting.flag({
      env: 'QUEUE_IN_PROCESS',
      default: true,
      description:
        'Whether the server does background work beside its requests. Switch it off where `npm run worker` does the work.',
    }),
    pollSeconds: setting.integer({
      env: 'QUEUE_POLL_SECONDS',
      default: 2,
      minimum: 1,
      maximum: 5, // the round that asks also tells that this process lives
      description:
        'How often a process that does background work asks the database for jobs of others. Its own start at once.',
    }),
  },
})
