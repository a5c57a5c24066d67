import { maskPhone } from '../../../platform/observability/mask.ts'
import type { PhoneParser } from '../../../platform/phone.ts'
import type { Channel } from '../channel.ts'
import { smsLines } from '../log-lines.ts'
import { listVendors, type VendorsDeps } from '../vendor.ts'
import { smsProviders } from './providers/index.ts'
import type { SmsMessage } from './sms-provider.ts'

interface SmsChannelDeps extends Omit<VendorsDeps<SmsMessage>, 'providers' | 'lines'> {
  settings: VendorsDeps<SmsMessage>['settings'] & Channel<SmsMessage>['settings']
  parsePhone: PhoneParser
  print: (line: string) => void
}

/** SMS and its vendors, as they are set up. */
export const createSmsChannel = (deps: SmsChannelDeps): Channel<SmsMessage> => ({
  settings: deps.settings,
  print: deps.print,
  metrics: deps.metrics,
  lines: smsLines,
  vendors: listVendors({ ...deps, providers: smsProviders, lines: smsLines }),
  masked: (to) => ({ number: maskPhone(to) }),
  personOf(to) {
    const phone = deps.parsePhone(to)
    return phone && { channel: 'sms', phone }
  },
})
