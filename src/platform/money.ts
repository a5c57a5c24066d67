/** Rupees as people write them (`12`, `0.25`) in integer paise; `undefined` for anything else. */
export function parseRupees(text: string): number | undefined {
  const match = /^(\d{1,10})(?:\.(\d{1,2}))?$/.exec(text)
  if (!match) return undefined
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
}

/** Integer paise as rupees with two decimals: `25` → `0.25`. */
export const formatRupees = (paise: number): string => (paise / 100).toFixed(2)

const whole = new Intl.NumberFormat('en-IN')
const exact = new Intl.NumberFormat('en-IN', { minimumFractionDigits: 2 })

/** Integer paise as customers read them: `129900` → `₹1,299`, `1250` → `₹12.50`. */
export const showRupees = (paise: number): string => `₹${(paise % 100 === 0 ? whole : exact).format(paise / 100)}`

/**
 * `amount × part ÷ of`, rounded half-up to a whole number. Exact for whole numbers that are not negative, also where the
 * product is more than a number holds.
 */
export function proportion(amount: number, part: number, of: number): number {
  const product = 2 * amount * part + of
  if (product <= Number.MAX_SAFE_INTEGER) return (product - (product % (2 * of))) / (2 * of)
  return Number((2n * BigInt(amount) * BigInt(part) + BigInt(of)) / (2n * BigInt(of)))
}
