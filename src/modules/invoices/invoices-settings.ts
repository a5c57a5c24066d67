import { defineSection, setting, type Values } from '../../platform/config/section.ts'
import type { Seller } from './document.ts'
import { isGstin } from './gstin.ts'
import { stateCodeOf, states } from './states.ts'

export const invoicesSettings = defineSection({
  title: 'Invoices',
  settings: {
    sellerName: setting.text({
      env: 'SELLER_NAME',
      default: 'Blinkit',
      description: 'Whoever sells, by the name under which they are registered.',
    }),
    sellerGstin: setting.optionalText({
      env: 'SELLER_GSTIN',
      pattern: '^\\d{2}[A-Z]{5}\\d{4}[A-Z][1-9A-Z]Z[0-9A-Z]$',
      form: 'a GSTIN, such as 29AAAAA0000A1ZY,',
      otherwise: 'carts, orders and receipts name no tax, and there are no tax invoices',
      description: 'Number under which the seller is registered for GST. Its last character is checked.',
    }),
    sellerAddress: setting.optionalText({
      env: 'SELLER_ADDRESS',
      description: 'The registered address, in one line. Wanted with `SELLER_GSTIN`.',
    }),
    sellerState: setting.optionalText({
      env: 'SELLER_STATE',
      otherwise: 'the state that `SELLER_GSTIN` begins with',
      description: 'The state in which the seller is registered and delivers, such as `Karnataka`.',
    }),
    sellerFssai: setting.optionalText({
      env: 'SELLER_FSSAI',
      pattern: '^[0-9]{14}$',
      form: 'a number of 14 digits',
      description: 'Licence for food, which stands on what is sold with it.',
    }),
  },
  check({ sellerGstin, sellerState, sellerAddress }) {
    const faults: string[] = []
    const stateCode = sellerState === undefined ? undefined : stateCodeOf(sellerState)
    if (sellerState !== undefined && stateCode === undefined)
      faults.push('SELLER_STATE must be the name of a state or union territory of India.')
    if (sellerGstin === undefined) return faults
    if (!isGstin(sellerGstin)) faults.push('SELLER_GSTIN is none: its state or its last character is wrong.')
    else if (stateCode !== undefined && !sellerGstin.startsWith(stateCode))
      faults.push('SELLER_STATE must be the state that SELLER_GSTIN begins with.')
    if (sellerAddress === undefined) faults.push('SELLER_ADDRESS must be set with SELLER_GSTIN: a tax invoice has it.')
    return faults
  },
})

/** Whoever sells, as checked settings say. */
export function sellerOf(settings: Values<typeof invoicesSettings>): Seller {
  const { sellerName, sellerGstin, sellerAddress, sellerState, sellerFssai } = settings
  const code = sellerState === undefined ? sellerGstin?.slice(0, 2) : stateCodeOf(sellerState)
  const name = code === undefined ? undefined : states[code]
  return {
    name: sellerName,
    gstin: sellerGstin ?? null,
    address: sellerAddress ?? '',
    state: code === undefined || name === undefined ? null : { code, name },
    fssai: sellerFssai ?? null,
  }
}
