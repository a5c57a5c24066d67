import { defineSection } from '../../../../platform/config/section.ts'
import { maskPhone } from '../../../../platform/observability/mask.ts'
import { defineSmsProvider } from '../sms-provider.ts'

/** Prints the code or the text instead of sending it, so that one can sign in without a vendor. Development only. */
export const consoleSms = defineSmsProvider({
  id: 'console',
  developmentOnly: true,
  settings: defineSection({ title: 'Console SMS', settings: {} }),
  missing: () => [],
  pricePaise: () => 0,
  async send({ to, code, text }, { print }) {
    print(`SMS for ${maskPhone(to)}: ${code === undefined ? text : `your code is ${code}`}`)
    return { outcome: 'accepted' }
  },
})
