import type { TOptional, TString } from 'typebox'
import { defineSection, setting, type Values } from '../../platform/config/section.ts'
import { envNameOf, type OrderTextSettings, type OrderVariant, orderVariants } from './templates/text-settings.ts'

const inWords = (variant: OrderVariant): string => {
  const language = variant.endsWith('_en') ? 'English' : 'Hindi'
  return `${language} text of an order that is ${
    {
      orderPlaced: 'placed',
      orderOutForDelivery: 'out for delivery',
      orderDelivered: 'delivered',
      orderRefunded: 'refunded',
      orderRefundedByHand: 'refunded by hand',
    }[variant.slice(0, -3)]
  }`
}

/** A setting for each text in each language. */
const forEach = <Suffix extends string>(suffix: Suffix, declare: (variant: OrderVariant) => TOptional<TString>) =>
  Object.fromEntries(orderVariants.map((variant) => [`${variant}_${suffix}`, declare(variant)])) as Record<
    `${OrderVariant}_${Suffix}`,
    TOptional<TString>
  >

/** The texts about orders, as they are approved: wording and registration of each. */
export const orderTextSettings = defineSection({
  title: 'SMS about orders',
  settings: {
    ...forEach('text', (variant) =>
      setting.optionalText({
        env: `SMS_TEXT_${envNameOf(variant)}`,
        description: `${inWords(variant)}, exactly as registered, with {brand}, {order}${/Placed|Refunded/.test(variant) ? ' and {amount}' : ''}.`,
        otherwise: 'a text that says so',
      }),
    ),
    ...forEach('dlt', (variant) =>
      setting.optionalText({
        env: `DLT_TEMPLATE_ID_${envNameOf(variant)}`,
        pattern: '^\\d{1,30}$',
        form: 'a number',
        description: `Id under which the ${inWords(variant)} is registered at DLT. Where any text is registered, one that is not is not sent.`,
      }),
    ),
  },
})

/** The same as the templates read it. */
export function orderTextsOf(values: Values<typeof orderTextSettings>): OrderTextSettings {
  const part = (suffix: 'text' | 'dlt') =>
    Object.fromEntries(
      orderVariants.flatMap((variant) => {
        const value = values[`${variant}_${suffix}`]
        return value === undefined ? [] : [[variant, value]]
      }),
    )
  return { texts: part('text'), dltTemplateIds: part('dlt') }
}
