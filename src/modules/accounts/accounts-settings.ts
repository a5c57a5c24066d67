import { defineSection, setting } from '../../platform/config/section.ts'

export const accountsSettings = defineSection({
  title: 'Accounts',
  settings: {
    issuer: setting.optionalText({
      env: 'TOKEN_ISSUER',
      pattern: '^[!-~]{1,200}$',
      form: 'text in plain ASCII without spaces',
      description: 'Who access tokens say they are from (`iss`). Services that check them expect exactly this.',
      otherwise: 'PUBLIC_URL, or blinkit without one',
    }),
    refreshDays: setting.integer({
      env: 'SESSION_DAYS',
      default: 30,
      minimum: 1,
      maximum: 365,
      description: 'Days after which a session that nobody uses ends.',
    }),
    cookies: setting.flag({
      env: 'AUTH_COOKIES',
      default: false,
      description:
        'Web clients may ask for their tokens in httpOnly cookies. Their pages must be on PUBLIC_URL or CORS_ORIGINS, on the same site as this server.',
    }),
  },
})
