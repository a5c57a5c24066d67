import { oneSegment, outsideGsm7, septets } from './gsm7.ts'
import { approvedText, registeredIds, wording } from './sign-in-text.ts'
import type { Locale, TextSettings, TextVariant } from './text-settings.ts'

const variables = new Set(['code', 'minutes', 'brand'])
const longestVariable = 40
/** Android reads no code from a longer message. @see https://developers.google.com/identity/sms-retriever/verify */
const longestAndroidText = 140
const host = /^(?=.{1,253}$)(?!-)[a-z0-9-]{1,63}(?:\.(?!-)[a-z0-9-]{1,63})+$/
const sixDigits = '000000'

/**
 * What is wrong with the texts, a sentence each; an empty list when they can be sent. Operators drop a text that
 * breaks DLT's rules and phones do not read one that breaks theirs, and neither tells us, so the start refuses it.
 *
 * @param lifeSeconds the life of a code, which the approved text states
 */
export function templateFaults(settings: TextSettings, lifeSeconds: number): string[] {
  const variants: TextVariant[] = settings.androidAppHash ? ['en', 'hi', 'en_android', 'hi_android'] : ['en', 'hi']
  const faults = [
    ...settingFaults(settings),
    ...wordingFaults(settings, 'en', lifeSeconds),
    ...wordingFaults(settings, 'hi', lifeSeconds),
    ...registrationFaults(settings, variants),
  ]
  // A length is worth telling only of texts that are otherwise sound.
  return faults.length > 0 ? faults : variants.flatMap((variant) => lengthFaults(settings, lifeSeconds, variant))
}

function settingFaults({ brand, webOtpHost, androidAppHash }: TextSettings): string[] {
  const faults: string[] = []
  if (brand.length > longestVariable) faults.push(`SMS_BRAND may have ${longestVariable} characters at most.`)
  if (/[{}\n\r]/.test(brand)) faults.push('SMS_BRAND must be one line without braces.')
  if (outsideGsm7(brand).length > 0)
    faults.push(`SMS_BRAND has ${quoted(outsideGsm7(brand))}, which is not in the GSM-7 alphabet.`)
  if (webOtpHost !== undefined && !host.test(webOtpHost))
    faults.push(
      'WEB_OTP_HOST must be a bare host name in small letters such as shop.example, without scheme, port or path.',
    )
  if (androidAppHash !== undefined && !/^[A-Za-z0-9+/]{11}$/.test(androidAppHash))
    faults.push(
      'ANDROID_APP_HASH must be 11 characters of Base64, as computed from package name and signing certificate.',
    )
  return faults
}

function wordingFaults(settings: TextSettings, locale: Locale, lifeSeconds: number): string[] {
  const name = `SMS_TEXT_${locale.toUpperCase()}`
  const text = wording(settings, locale)
  const minutes = lifeSeconds / 60
  const faults: string[] = []

  if (!text.includes('{code}')) faults.push(`${name} lacks {code}.`)
  const unknown = [...text.matchAll(/\{([^{}]*)\}/g)]
    .map(([, variable = '']) => variable)
    .filter((variable) => !variables.has(variable))
  for (const variable of unknown)
    faults.push(`${name} uses {${variable}}: only {code}, {minutes} and {brand} are filled in.`)
  if (unknown.length === 0 && /[{}]/.test(text.replace(/\{\w+\}/g, '')))
    faults.push(`${name} has a brace that belongs to no variable.`)
  const strange = outsideGsm7(text)
  if (strange.length > 0)
    faults.push(`${name} has ${quoted(strange)}, which is not in the GSM-7 alphabet and leaves 70 characters an SMS.`)
  if (text.includes('{minutes}') && !Number.isInteger(minutes))
    faults.push(`${name} states whole minutes, so OTP_LIFE_SECONDS must be a multiple of 60.`)
  for (const [said = '', amount, unit] of text.matchAll(/(\d+)[ -]?(min|sec)/gi)) {
    const life = unit?.toLowerCase() === 'sec' ? lifeSeconds : minutes
    if (Number(amount) !== life)
      faults.push(
        `${name} says "${said}", but a code lives ${minutes} min: write {minutes}, or change OTP_LIFE_SECONDS.`,
      )
  }
  return faults
}

/** Operators drop unregistered texts, so once one is registered, every text that can be sent has to be. */
function registrationFaults(settings: TextSettings, variants: readonly TextVariant[]): string[] {
  const ids = registeredIds(settings)
  if (Object.keys(ids).length === 0) return []
  const needed = variants.filter((variant) => variant.startsWith(settings.locale) || ids[variant.slice(0, 2) as Locale])
  return needed
    .filter((variant) => !ids[variant])
    .map(
      (variant) =>
        `DLT_TEMPLATE_ID_${variant.toUpperCase()} is missing: other texts are registered, and operators drop one that is not.`,
    )
}

function lengthFaults(settings: TextSettings, lifeSeconds: number, variant: TextVariant): string[] {
  const text = approvedText(settings, lifeSeconds, variant).replaceAll('{code}', sixDigits)
  const [locale = '', android] = variant.split('_')
  const name = `SMS_TEXT_${locale.toUpperCase()}`
  const tail = android ? ' with ANDROID_APP_HASH' : settings.webOtpHost ? ' with the line for WEB_OTP_HOST' : ''
  if (android && Buffer.byteLength(text) > longestAndroidText)
    return [`${name}${tail} makes ${Buffer.byteLength(text)} bytes; Android reads ${longestAndroidText} at most.`]
  return septets(text) > oneSegment
    ? [`${name}${tail} makes ${septets(text)} characters; one SMS holds ${oneSegment}.`]
    : []
}

const quoted = (characters: readonly string[]): string => characters.map((character) => `"${character}"`).join(', ')
