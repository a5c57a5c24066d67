/**
 * Whether it is a GTIN-8, -12, -13 or -14, as bar codes show it, with a right check digit: from the right, digits count
 * three times and once in turn, and all together are a multiple of ten.
 * @see https://www.gs1.org/services/how-calculate-check-digit-manually
 */
export function isEan(text: string): boolean {
  if (!/^(?:\d{8}|\d{12,14})$/.test(text)) return false
  const digits = [...text].map(Number).reverse()
  const sum = digits.reduce((total, digit, at) => total + digit * (at % 2 === 0 ? 1 : 3), 0)
  return sum % 10 === 0
}
