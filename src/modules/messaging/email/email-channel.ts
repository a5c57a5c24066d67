import { parseEmailAddress } from '../../../platform/email-address.ts'
import { maskEmail } from '../../../platform/observability/mask.ts'
import type { Channel } from '../channel.ts'
import { emailLines } from '../log-lines.ts'
import { listVendors, type VendorsDeps } from '../vendor.ts'
import type { EmailMessage } from './email-provider.ts'
import { emailProviders } from './providers/index.ts'

interface EmailChannelDeps extends Omit<VendorsDeps<EmailMessage>, 'providers' | 'lines' | 'missing'> {
  settings: VendorsDeps<EmailMessage>['settings'] & Channel<EmailMessage>['settings'] & { from?: string }
  print: (line: string) => void
}

/** E-mail and its vendors, as they are set up. */
export const createEmailChannel = (deps: EmailChannelDeps): Channel<EmailMessage> => ({
  settings: deps.settings,
  print: deps.print,
  metrics: deps.metrics,
  lines: emailLines,
  vendors: listVendors({
    ...deps,
    providers: emailProviders,
    missing: deps.settings.from ? [] : ['EMAIL_FROM'],
    lines: emailLines,
  }),
  masked: (to) => ({ address: maskEmail(to) }),
  personOf(to) {
    const email = parseEmailAddress(to)
    return email && { channel: 'email', email }
  },
})
