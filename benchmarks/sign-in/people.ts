/** Somebody who signs in: nobody else has the phone or the address, so no limit is ever reached. */
export interface Person {
  phoneNumber: string
  /** The client address that the proxy names. */
  address: string
}

/** Series of Indian mobile numbers of which every number is assigned. */
const series = ['95', '96', '97', '98', '99'] as const
/** Prime to ten to the eighth: its multiples visit every rest once, and spread over the prefixes from the start. */
const stride = 61_803_399

/** New people for ever, each one once. Their numbers spread evenly over half a million prefixes. */
export function createPeople(): () => Person {
  const first = Math.floor(Math.random() * 100_000_000)
  let made = 0
  return () => {
    const rest = (((first + made) % 100_000_000) * stride) % 100_000_000
    const phoneNumber = `${series[made % series.length]}${String(rest).padStart(8, '0')}`
    const address = `10.${(made >> 16) & 255}.${(made >> 8) & 255}.${made & 255}`
    made += 1
    return { phoneNumber, address }
  }
}
