import { wordsOf } from './search-text.ts'

/** What units are called, with the unit that is compared and how many of it one is. */
const units = new Map<string, readonly [unit: string, factor: number]>(
  (
    [
      ['mg', 'mg', 1],
      ['g gm gms gr gram grams', 'g', 1],
      ['kg kgs kilo kilos kilogram kilograms', 'g', 1000],
      ['ml mls', 'ml', 1],
      ['cl', 'ml', 10],
      ['l lt ltr ltrs litre litres liter liters', 'ml', 1000],
    ] as const
  ).flatMap(([names, unit, factor]) => names.split(' ').map((name) => [name, [unit, factor]] as const)),
)

const measure = new RegExp(
  `(?<![\\p{L}\\p{M}\\p{N}.,])([0-9]{1,6}(?:[.,][0-9]{1,3})?)[ -]?(${[...units.keys()].join('|')})(?![\\p{L}\\p{M}\\p{N}])`,
  'giu',
)

/** `500ml` for `500 ML`, `1 l` is `1000ml`. */
function joined(amount: string, unit: string): string {
  const [name, factor] = units.get(unit.toLowerCase()) ?? [unit, 1]
  return `${Number((Number(amount.replace(',', '.')) * factor).toFixed(3))}${name}`
}

/** The amounts with a unit in a text, each as one word that is the same however it was written: `1 kg`, `1kg`, `1000 g`. */
export const measuresOf = (text: string): string[] =>
  Array.from(text.normalize('NFKC').matchAll(measure), ([, amount = '', unit = '']) => joined(amount, unit))

/** The words of a text without those amounts. */
export const wordsBesideMeasures = (text: string): string[] => wordsOf(text.normalize('NFKC').replace(measure, ' '))

/** Words and amounts of a text, in order. */
export const wordsAndMeasures = (text: string): string[] => {
  const plain = text.normalize('NFKC')
  const words: string[] = []
  let from = 0
  for (const found of plain.matchAll(measure)) {
    words.push(...wordsOf(plain.slice(from, found.index)), joined(found[1] ?? '', found[2] ?? ''))
    from = found.index + found[0].length
  }
  return [...words, ...wordsOf(plain.slice(from))]
}

/** Whether a word says how much of something is wanted, not what: an amount or a number. */
export const isMeasure = (word: string): boolean => /^[0-9]/.test(word)
