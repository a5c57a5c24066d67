import type { ClientKind, Locale, OrderVariant, TextSettings, TextVariant } from './text-settings.ts'

/** Hindi in Latin letters: Devanagari would leave 70 characters an SMS. */
const defaults: Record<Locale, string> = {
  en: 'Your {brand} verification code is: {code}. Valid for {minutes} minutes. Do not share this code with anyone.',
  hi: '{brand} par sign in karne ka code: {code}. Yeh {minutes} minute tak valid hai. Ise kisi ke saath share na karein.',
}

/** The wording of a language, with its variables still in it. */
export const wording = (settings: TextSettings, locale: Locale): string =>
  (locale === 'en' ? settings.textEn : settings.textHi) ?? defaults[locale]

/** Which text a client can read the code from. Without a hash Android gets what the web gets. */
const variantFor = ({ androidAppHash }: TextSettings, locale: Locale, client: ClientKind): TextVariant =>
  client === 'android' && androidAppHash ? `${locale}_android` : locale

/** The text of a variant as it is registered: only `{code}` is left to fill in. */
export function approvedText(settings: TextSettings, lifeSeconds: number, variant: TextVariant): string {
  const { brand, webOtpHost, androidAppHash } = settings
  const [locale, android] = variant.split('_') as [Locale, string?]
  const fixed: Record<string, string> = { brand, minutes: String(Math.floor(lifeSeconds / 60)) }
  const text = wording(settings, locale).replace(/\{(\w+)\}/g, (whole, name: string) => fixed[name] ?? whole)
  if (android) return `${text}\n${androidAppHash}`
  return webOtpHost ? `${text}\n@${webOtpHost} #{code}` : text
}

/** The DLT id of each variant that has one. */
export const registeredIds = (settings: TextSettings): Partial<Record<TextVariant, string>> => ({
  ...(settings.dltTemplateIdEn && { en: settings.dltTemplateIdEn }),
  ...(settings.dltTemplateIdHi && { hi: settings.dltTemplateIdHi }),
  ...(settings.dltTemplateIdEnAndroid && { en_android: settings.dltTemplateIdEnAndroid }),
  ...(settings.dltTemplateIdHiAndroid && { hi_android: settings.dltTemplateIdHiAndroid }),
})

/** A text that is filled in, with what was filled in, in the order of the text. */
export interface SmsText {
  text: string
  values: readonly string[]
  template: { variant: TextVariant | OrderVariant; dltTemplateId?: string }
}

/**
 * Renders the SMS that carries a code. Each value appears in the order of the text, so a code that the web's line
 * repeats is there twice. A language that is not registered while another is gets the default language: operators
 * drop a text that they do not know.
 */
export function createSignInText(settings: TextSettings, lifeSeconds: number) {
  const ids = registeredIds(settings)
  const registers = Object.keys(ids).length > 0
  const texts = new Map<TextVariant, string>()
  const approved = (variant: TextVariant): string => {
    const known = texts.get(variant) ?? approvedText(settings, lifeSeconds, variant)
    texts.set(variant, known)
    return known
  }
  return (locale: Locale, client: ClientKind, code: string): SmsText => {
    const wanted = variantFor(settings, locale, client)
    const variant = registers && !ids[wanted] ? variantFor(settings, settings.locale, client) : wanted
    const pieces = approved(variant).split('{code}')
    const id = ids[variant]
    return {
      text: pieces.join(code),
      values: pieces.slice(1).map(() => code),
      template: { variant, ...(id && { dltTemplateId: id }) },
    }
  }
}
