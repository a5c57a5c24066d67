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

/** Whether an Indian series is given out to mobiles, by the first five digits: the rest does not matter. At most 40,000. */
const series = new Map<string, boolean>()

/** Asks the numbering plan once a series: it takes 10 µs, and a sign-in asks twice. */
function isIndianMobile(subscriber: string): boolean {
  const first = subscriber.slice(0, 5)
  let isMobile = series.get(first)
  if (isMobile === undefined) {
    isMobile = isMobileOf(['IN'], `+91${subscriber}`)
    series.set(first, isMobile)
  }
  return isMobile
}

function isMobileOf(countries: readonly (string | undefined)[], text: string): boolean {
  const number = parsePhoneNumberFromString(text)
  return (number?.isValid() && countries.includes(number.country)) ?? false
}

/**
 * Makes the parser for the countries that may sign in.
 *
 * Spaces, hyphens, dots and brackets are dropped. An Indian number is ten digits that begin with 6 to 9, alone or
 * after `0`, `91`, `+91` or `0091`; a number of another country must carry `+`. ASCII digits only. All notations
 * of a number give one identity, and landlines, toll-free and unassigned series give none.
 */
export function createPhoneParser(countries: readonly CountryCode[]): PhoneParser {
  const takesIndia = countries.includes('IN')
  const abroad = countries.filter((country) => country !== 'IN')
  return (text) => {
    if (text.length > longest) return undefined
    const bare = text.trim().replace(marks, '')
    const subscriber = indian.exec(bare)?.[1]
    if (subscriber !== undefined) {
      return takesIndia && isIndianMobile(subscriber) ? (`+91${subscriber}` as Phone) : undefined
    }
    return international.test(bare) && isMobileOf(abroad, bare) ? (bare as Phone) : undefined
  }
}
