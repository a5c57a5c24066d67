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

interface NamedCategory {
  category: TreeCategory
  words: readonly string[]
  stems: ReadonlySet<string>
}

const namedCategories = new WeakMap<CategoryTree, readonly NamedCategory[]>()

/** What the categories are called, kept as long as the tree is: to find stems takes ten times as long as to compare them. */
function namesOf(tree: CategoryTree): readonly NamedCategory[] {
  const known = namedCategories.get(tree)
  if (known) return known
  const named = tree.map((category) => {
    const words = wordsOf(category.name)
    return { category, words, stems: new Set(words.map(stemOf)) }
  })
  namedCategories.set(tree, named)
  return named
}

/** The categories in whose names all the words stand, the last one perhaps as the beginning of one. */
export function matchingCategories(tree: CategoryTree, text: string): TreeCategory[] {
  const asked = wordsOf(text)
  const last = asked.at(-1)
  if (last === undefined) return []
  const before = asked.slice(0, -1).map(stemOf)
  const lastStem = stemOf(last)
  return namesOf(tree)
    .filter(
      ({ words, stems }) =>
        before.every((stem) => stems.has(stem)) && (stems.has(lastStem) || words.some((word) => word.startsWith(last))),
    )
    .map(({ category }) => category)
}
