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
