import { transliterate } from './transliterate.ts'

/** Whether a font has a sign for a character. */
export type Draws = (codePoint: number) => boolean

const replacements: Record<string, string> = { '₹': 'Rs ', '\u2010': '-', '\u2011': '-', '\u2212': '-', '\u202f': ' ' }

const drawsAll = (draws: Draws, text: string): boolean => [...text].every((each) => draws(each.codePointAt(0) ?? 0))

/** A character in another way, when the font has not that one: without its accent, or not at all. */
function otherwise(draws: Draws, character: string): string {
  if (drawsAll(draws, character)) return character
  const plain = replacements[character] ?? character.normalize('NFKD').replace(/\p{M}/gu, '')
  return drawsAll(draws, plain) ? plain : ''
}

/**
 * A text with nothing in it that the font cannot draw: Hindi becomes Latin letters, accents go, and what is left then
 * (other scripts, pictures) is left out. It may be empty.
 */
export function printableText(draws: Draws, text: string): string {
  if (drawsAll(draws, text)) return text
  const devanagari = text.match(/\p{Script=Devanagari}/gu) ?? []
  const readable = drawsAll(draws, devanagari.join('')) ? text : transliterate(text)
  return [...readable]
    .map((character) => otherwise(draws, character))
    .join('')
    .replace(/\s+/g, ' ')
    .trim()
}

const beyondLatin1 = new Set([...'€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ'].map((each) => each.codePointAt(0)))

/** What the fonts that every PDF reader has can draw: Windows-1252. */
export const drawsWindows1252: Draws = (codePoint) =>
  (codePoint >= 0x20 && codePoint <= 0x7e) || (codePoint >= 0xa0 && codePoint <= 0xff) || beyondLatin1.has(codePoint)
