import type { SmsText } from './sign-in-text.ts'
import {
  type Locale,
  type OrderTextName,
  type OrderTextSettings,
  type OrderTextValues,
  type OrderVariant,
  orderTextNames,
  type TextSettings,
} from './text-settings.ts'

/**
 * Hindi in Latin letters: Devanagari would leave 70 characters an SMS. Both languages name the values in one order, so
 * that a vendor that fills in the one can fill in the other.
 */
const defaults: Record<OrderVariant, string> = {
  orderPlaced_en: 'Your {brand} order {order} for Rs {amount} is placed. You can follow it in the app.',
  orderPlaced_hi: 'Aapka {brand} order {order}, Rs {amount} ka, mil gaya hai. Aap ise app mein dekh sakte hain.',
  orderOutForDelivery_en: 'Your {brand} order {order} is on its way to you.',
  orderOutForDelivery_hi: 'Aapka {brand} order {order} aapke paas aane ke liye nikal gaya hai.',
  orderDelivered_en: 'Your {brand} order {order} was delivered. Thank you for shopping with us.',
  orderDelivered_hi: 'Aapka {brand} order {order} pahuncha diya gaya hai. Khareedari ke liye dhanyavaad.',
  orderRefunded_en: 'Your {brand} order {order}: a refund of Rs {amount} is on its way. Your bank may take some days.',
  orderRefunded_hi:
    'Aapka {brand} order {order}: Rs {amount} wapas bheje gaye hain. Bank mein kuch din lag sakte hain.',
  orderRefundedByHand_en: 'Your {brand} order {order}: Rs {amount} was given back to you.',
  orderRefundedByHand_hi: 'Aapka {brand} order {order}: Rs {amount} aapko wapas de diye gaye hain.',
}

/** The wording of a variant, with its variables still in it. */
export const orderWording = ({ texts }: OrderTextSettings, variant: OrderVariant): string =>
  texts[variant] ?? defaults[variant]

const variantOf = (name: OrderTextName, locale: Locale): OrderVariant => `${name}_${locale}`

/** Whether any text is registered: then operators drop each that is not. */
const registersAny = (settings: TextSettings, { dltTemplateIds }: OrderTextSettings): boolean =>
  Object.values(dltTemplateIds).some(Boolean) ||
  [settings.dltTemplateIdEn, settings.dltTemplateIdHi].some((id) => id !== undefined)

/** The languages in which a text may be sent, the default one first. */
function languagesOf(settings: TextSettings, order: OrderTextSettings, name: OrderTextName): Locale[] {
  const locales: Locale[] = settings.locale === 'en' ? ['en', 'hi'] : ['hi', 'en']
  return registersAny(settings, order) ? locales.filter((each) => order.dltTemplateIds[variantOf(name, each)]) : locales
}

/** Texts that are not sent, because others are registered and they are not, in no language. */
export const unregisteredTexts = (settings: TextSettings, order: OrderTextSettings): OrderTextName[] =>
  orderTextNames.filter((name) => languagesOf(settings, order, name).length === 0)

/**
 * Renders the SMS about an order; `undefined` for one that is not registered while others are. Each value appears in the
 * order of the text. A language that is not registered gets the other one.
 */
export function createOrderText(settings: TextSettings, order: OrderTextSettings) {
  return <T extends OrderTextName>(name: T, locale: Locale, values: OrderTextValues[T]): SmsText | undefined => {
    const languages = languagesOf(settings, order, name)
    const language = languages.includes(locale) ? locale : languages[0]
    if (language === undefined) return undefined
    const variant = variantOf(name, language)
    const id = order.dltTemplateIds[variant]
    const filledIn: string[] = []
    const registered = orderWording(order, variant).replaceAll('{brand}', () => settings.brand)
    const text = registered.replace(/\{(\w+)\}/g, (whole, variable: string) => {
      const value = (values as Record<string, string>)[variable]
      if (value !== undefined) filledIn.push(value)
      return value ?? whole
    })
    return { text, values: filledIn, template: { variant, ...(id && { dltTemplateId: id }) } }
  }
}
