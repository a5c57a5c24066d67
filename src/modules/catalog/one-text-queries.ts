// ASCII's own separators. In no text of a card, a name or an id: JSON escapes them, and what people write is refused with them.
/** `chr(30)`. */
const betweenColumns = '\u001e'
/** `chr(31)`. */
const betweenValues = '\u001f'

/**
 * A statement whose rows come as one text: for each column all of its values in the order of the rows, none of which may be
 * null or empty; behind them what else is made of all rows (`more`). The driver takes some microseconds for each row, and for
 * each column that it is told of.
 */
export const asOneText = (columns: readonly string[], select: string, ...more: string[]): string => {
  const parts = [...columns.map((column) => `string_agg("${column}"::text, chr(31))`), ...more]
  return `select concat(${parts.join(', chr(30), ')}) as text
   from (${select}) as listed`
}

/** What such a statement answered: the values of each column together, and what else was made. */
export const partsOf = ([row]: readonly unknown[]): string[] => (row as { text: string }).text.split(betweenColumns)

/** The values of a column, one by one. */
export const valuesOf = (together: string): string[] => (together === '' ? [] : together.split(betweenValues))

/** One of them, without the others being made. */
export function valueAt(together: string, at: number): string {
  let from = 0
  for (let passed = 0; passed < at; passed += 1) from = together.indexOf(betweenValues, from) + 1
  const end = together.indexOf(betweenValues, from)
  return end < 0 ? together.slice(from) : together.slice(from, end)
}
