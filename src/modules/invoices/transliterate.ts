/** A letter each, in the order of Unicode. */
const pairs = (letters: string, sounds: string): Map<string, string> => {
  const latin = sounds.split(' ')
  return new Map([...letters].map((letter, at) => [letter, latin[at] ?? '']))
}

const consonants = pairs(
  'कखगघङचछजझञटठडढणतथदधनपफबभमयरलळवशषसह',
  'k kh g gh n ch chh j jh n t th d dh n t th d dh n p ph b bh m y r l l v sh sh s h',
)
const dotted = pairs('कखगजडढफ', 'q kh g z r rh f')
const vowels = pairs('अआइईउऊऋऍएऐऑओऔ', 'a a i i u u ri e e ai o o au')
const signs = pairs('ािीुूृॅेैॉोौ', 'a i i u u ri e e ai o o au')
const others = pairs('ँंः।०१२३४५६७८९', 'n n h . 0 1 2 3 4 5 6 7 8 9')
const nukta = '\u093c'
const virama = '\u094d'

/** One word. A consonant is said with an `a` unless something else follows it, or the word is over. */
function word(text: string): string {
  const letters = [...text.normalize('NFC').replace(/[\u200c\u200d]/g, '')]
  let latin = ''
  for (let at = 0; at < letters.length; at += 1) {
    const letter = letters[at] ?? ''
    const hasDot = letters[at + 1] === nukta
    const sound = (hasDot ? dotted.get(letter) : undefined) ?? consonants.get(letter)
    if (sound === undefined) {
      latin += vowels.get(letter) ?? signs.get(letter) ?? others.get(letter) ?? ''
      continue
    }
    if (hasDot) at += 1
    const next = letters[at + 1]
    const isSaid = next !== undefined && next !== virama && !signs.has(next)
    latin += sound + (isSaid || letters.length === 1 ? 'a' : '')
  }
  return latin.charAt(0).toUpperCase() + latin.slice(1)
}

/** Hindi as it is read, in plain Latin letters: `अमूल दूध` → `Amul Dudh`. Everything else stays as it is. */
export const transliterate = (text: string): string =>
  text.replace(/[\p{Script=Devanagari}\u0964\u0965\u200c\u200d]+/gu, word)
