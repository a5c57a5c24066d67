import type { AnyEmailProvider } from '../email-provider.ts'
import { consoleEmail } from './console.ts'
import { sendgrid } from './sendgrid.ts'
import { smtp } from './smtp.ts'

/** Every e-mail vendor there is, in the order in which they are tried unless `EMAIL_PROVIDERS` says otherwise. */
export const emailProviders: readonly AnyEmailProvider[] = [smtp, sendgrid, consoleEmail]
