export type Locale = 'en' | 'hi'
export type ClientKind = 'web' | 'android' | 'ios'

/** The texts that are approved one by one: a language each, and once more with the Android hash in place of the web's line. */
export type TextVariant = Locale | `${Locale}_android`

/** What the texts are made from; the part of the settings that this folder reads. */
export interface TextSettings {
  /** The default language. */
  locale: Locale
  brand: string
  textEn?: string
  textHi?: string
  dltTemplateIdEn?: string
  dltTemplateIdHi?: string
  dltTemplateIdEnAndroid?: string
  dltTemplateIdHiAndroid?: string
  webOtpHost?: string
  androidAppHash?: string
}

/** The texts about orders, each with the values that it may name: the variables of what is registered. */
export const orderTextVariables = {
  orderPlaced: ['order', 'amount'],
  orderOutForDelivery: ['order'],
  orderDelivered: ['order'],
  orderRefunded: ['order', 'amount'],
  /** Given back already: in cash, or in another way than it came. */
  orderRefundedByHand: ['order', 'amount'],
} as const
export type OrderTextName = keyof typeof orderTextVariables
export const orderTextNames = Object.keys(orderTextVariables) as OrderTextName[]

/** What a text says, by variable. */
export type OrderTextValues = { [T in OrderTextName]: Record<(typeof orderTextVariables)[T][number], string> }

/** An order's text in a language: approved one by one too. */
export type OrderVariant = `${OrderTextName}_${Locale}`
export const orderVariants: readonly OrderVariant[] = orderTextNames.flatMap((name) => [
  `${name}_en` as const,
  `${name}_hi` as const,
])

/** As a variant is called in the environment: `ORDER_PLACED_EN`. */
export const envNameOf = (variant: OrderVariant): string =>
  variant.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()

/** Wording and registration of each, where they are set. */
export interface OrderTextSettings {
  texts: { [variant in OrderVariant]?: string }
  dltTemplateIds: { [variant in OrderVariant]?: string }
}
