import type { AnySmsProvider } from '../sms-provider.ts'
import { consoleSms } from './console.ts'
import { fast2sms } from './fast2sms.ts'
import { twilio } from './twilio.ts'

/** Every SMS vendor there is, in the order in which they are tried unless `SMS_PROVIDERS` says otherwise. */
export const smsProviders: readonly AnySmsProvider[] = [twilio, fast2sms, consoleSms]
