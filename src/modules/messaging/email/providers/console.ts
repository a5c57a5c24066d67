import { defineSection } from '../../../../platform/config/section.ts'
import { maskEmail } from '../../../../platform/observability/mask.ts'
import { defineEmailProvider } from '../email-provider.ts'

/** Prints subject and code instead of sending the mail, so that one can sign in without a vendor. Development only. */
export const consoleEmail = defineEmailProvider({
  id: 'console',
  developmentOnly: true,
  settings: defineSection({ title: 'Console e-mail', settings: {} }),
  missing: () => [],
  pricePaise: () => 0,
  async send({ to, subject, code }, { print }) {
    print(`E-mail for ${maskEmail(to)}: ${subject}${code === undefined ? '' : ` · your code is ${code}`}`)
    return { outcome: 'accepted' }
  },
})
