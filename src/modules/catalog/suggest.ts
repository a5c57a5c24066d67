import type { CategoryTree, TreeCategory } from './browse-tree.ts'
import { stemOf, wordsOf } from './search-text.ts'
import type { UnderstoodQuery } from './search-words.ts'

const mostQueries = 6

/** Queries to offer: the one that was meant when something was mistyped, and what the last word may become. */
export function queriesToOffer(
  text: string,
  { completions, instead }: Pick<UnderstoodQuery, 'completions' | 'instead'>,
): string[] {
  const typed = wordsOf(text)
  const before = typed.slice(0, -1)
  const longer = completions.map((word) => [...before, word].join(' '))
  return [...new Set([...(instead === undefined ? [] : [instead]), ...longer])].slice(0, mostQueries)
}

/** The categories in whose names all the words stand, the last one perhaps as the beginning of one. */
export function matchingCategories(tree: CategoryTree, text: string): TreeCategory[] {
  const asked = wordsOf(text)
  const last = asked.at(-1)
  if (last === undefined) return []
  return tree.filter(({ name }) => {
    const words = wordsOf(name)
    const stems = new Set(words.map(stemOf))
    return (
      asked.slice(0, -1).every((word) => stems.has(stemOf(word))) &&
      (stems.has(stemOf(last)) || words.some((word) => word.startsWith(last)))
    )
  })
}
