import { defineSection, setting } from '../../platform/config/section.ts'
import { isCountry } from '../../platform/phone.ts'
import { testPhoneFaults } from './test-phones.ts'

/** Logs of events are as long as their limit, so a limit has to be a number that fits in memory. */
const most = 100_000
const limit = (env: string, fallback: number, description: string) =>
  setting.integer({ env, default: fallback, minimum: 1, maximum: most, description })

export const signInSettings = defineSection({
  title: 'Sign-in',
  settings: {
    secretKey: setting.secret({
      env: 'SECRET_KEY',
      minLength: 32,
      description:
        'Key from which codes and all keyed hashes are made: 32 random bytes or more (`openssl rand -base64 48`). Required outside development.',
      otherwise: 'made once and kept in DATA_DIR, in development',
    }),
    secretKeyPrevious: setting.secret({
      env: 'SECRET_KEY_PREVIOUS',
      minLength: 32,
      description:
        'The key before the last rotation: codes, refresh tokens, signing keys and jobs that were made with it stay good.',
    }),
    countries: setting.list({
      env: 'SMS_COUNTRIES',
      default: ['IN'],
      description: 'Countries whose mobile numbers may sign in, as ISO 3166 codes separated by commas.',
    }),
    lifeSeconds: setting.integer({
      env: 'OTP_LIFE_SECONDS',
      default: 300,
      minimum: 60,
      maximum: 600,
      description: 'Life of a code from its latest send; never more than twice this from the first.',
    }),
    tries: setting.integer({
      env: 'OTP_TRIES',
      default: 5,
      minimum: 1,
      maximum: 10,
      description: 'Wrong codes until a challenge is void.',
    }),
    resendGapsSeconds: setting.list({
      env: 'OTP_RESEND_GAPS',
      default: ['30', '60', '120'],
      description: 'Pause in seconds after the first send, the second, and so on; the last holds for all further ones.',
    }),
    sendsPerPhoneHour: limit('OTP_SENDS_PER_PHONE_HOUR', 5, 'Codes sent to one phone in any hour.'),
    sendsPerPhoneDay: limit('OTP_SENDS_PER_PHONE_DAY', 10, 'Codes sent to one phone in any day.'),
    sendsPerSourceMinute: limit('OTP_SENDS_PER_SOURCE_MINUTE', 10, 'Codes sent for one client address in any minute.'),
    sendsPerSourceHour: limit('OTP_SENDS_PER_SOURCE_HOUR', 60, 'Codes sent for one client address in any hour.'),
    sendsPerPrefixHour: limit(
      'OTP_SENDS_PER_PREFIX_HOUR',
      20,
      'Codes sent in any hour to numbers that differ in their last three digits only, while under a third of them were verified.',
    ),
    wrongPerPhoneHour: limit(
      'OTP_WRONG_PER_PHONE_HOUR',
      10,
      'Wrong codes for one phone in any hour, over all its challenges.',
    ),
    wrongPerPhoneDay: limit(
      'OTP_WRONG_PER_PHONE_DAY',
      20,
      'Wrong codes for one phone in any day, over all its challenges.',
    ),
    wrongPerSourceHour: limit('OTP_WRONG_PER_SOURCE_HOUR', 30, 'Wrong codes from one client address in any hour.'),
    statusPerSourceMinute: limit(
      'OTP_STATUS_PER_SOURCE_MINUTE',
      60,
      'Status questions from one client address in any minute.',
    ),
    hourlyBudgetPaise: setting.rupees({
      env: 'SMS_HOURLY_BUDGET',
      default: 200_000,
      description:
        'Rupees that all messages of any hour, SMS and e-mail, may cost together. A quarter is kept for numbers that signed in before.',
      otherwise: '2000',
    }),
    testPhones: setting.list({
      env: 'TEST_PHONES',
      default: [],
      description:
        'Numbers with a fixed code for app review and tests, as +919999900001:123456, separated by commas. Nothing is sent to them.',
    }),
    testPhonesUntil: setting.optionalText({
      env: 'TEST_PHONES_UNTIL',
      pattern: '^\\d{4}-\\d{2}-\\d{2}$',
      form: 'a day such as 2027-01-31',
      description: 'Last day (UTC) on which the test numbers work outside development, such as 2027-01-31.',
    }),
  },
  check: (values, { development }) => [
    ...(values.secretKey || development
      ? []
      : ['SECRET_KEY is missing: set 32 random bytes or more, such as the output of `openssl rand -base64 48`.']),
    ...(values.countries.length > 0 && values.countries.every(isCountry)
      ? []
      : ['SMS_COUNTRIES must list ISO 3166 country codes such as IN.']),
    ...(values.resendGapsSeconds.length > 0 && values.resendGapsSeconds.every((gap) => /^\d{1,3}$/.test(gap))
      ? []
      : ['OTP_RESEND_GAPS must list whole seconds up to 999, such as 30,60,120.']),
    ...testPhoneFaults(values, development),
  ],
})
