import { states } from './states.ts'

const form = /^\d{2}[A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[0-9A-Z]$/
const characters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** The last character of a GSTIN, by the fourteen before: Luhn's way, in base 36. */
export function gstinCheckCharacter(firstFourteen: string): string {
  let sum = 0
  for (const [at, character] of [...firstFourteen].entries()) {
    const product = characters.indexOf(character) * (at % 2 === 0 ? 1 : 2)
    sum += Math.floor(product / 36) + (product % 36)
  }
  return characters[(36 - (sum % 36)) % 36] ?? ''
}

/** Whether a text is a GSTIN: its form, a state that there is, and its check character. */
export const isGstin = (text: string): boolean =>
  form.test(text) && states[text.slice(0, 2)] !== undefined && gstinCheckCharacter(text.slice(0, 14)) === text[14]
