import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/mobile'

/** A mobile number in E.164: `+919876543210`. */
export type Phone = string & { readonly brand: 'Phone' }

/** Reads a number as people write it; `undefined` when it is not a mobile number of an allowed country. */
export type PhoneParser = (text: string) => Phone | undefined

export const isCountry = (code: string): code is CountryCode => isSupportedCountry(code)

const marks = /[ \-.()]/g
/** Decided by length, never by a leading 91: `9198765432` is a ten-digit mobile. */
const indian = /^(?:\+91|0091|91|0)?([6-9]\d{9})$/
const international = /^\+[1-9]\d{6,14}$/
/** Longer text is no phone number, and is not searched. */
const longest = 40

/**
 * Makes the parser for the countries that may sign in.
 *
 * Spaces, hyphens, dots and brackets are dropped. An Indian number is ten digits that begin with 6 to 9, alone or
 * after `0`, `91`, `+91` or `0091`; a number of another country must carry `+`. ASCII digits only. All notations
 * of a number give one identity, and landlines, toll-free and unassigned series give none.
 */
export function createPhoneParser(countries: readonly CountryCode[]): PhoneParser {
  const allowed = new Set<string | undefined>(countries)
  return (text) => {
    if (text.length > longest) return undefined
    const bare = text.trim().replace(marks, '')
    const [, subscriber] = indian.exec(bare) ?? []
    if (subscriber === undefined && !international.test(bare)) return undefined
    const number = parsePhoneNumberFromString(subscriber === undefined ? bare : `+91${subscriber}`)
    if (!number?.isValid() || !allowed.has(number.country)) return undefined
    if (number.country === 'IN' && subscriber === undefined) return undefined
    return number.number as string as Phone
  }
}
