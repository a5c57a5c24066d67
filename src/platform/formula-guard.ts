/** What a spreadsheet takes for a formula, behind any number of apostrophes. */
const formula = /^'*[=+\-@\t\r]/
const guarded = /^'+[=+\-@\t\r]/
const plainNumber = /^[+-]?\d+(?:\.\d+)?$/

/**
 * A cell that no spreadsheet runs: an apostrophe goes before what it would take for a formula, plain numbers aside.
 * `unguardCell` gives back exactly what it was.
 */
export const guardCell = (cell: string): string => (formula.test(cell) && !plainNumber.test(cell) ? `'${cell}` : cell)

/** What a cell means: without the apostrophe of `guardCell`. A cell that begins with = + - or @ is taken as it stands. */
export const unguardCell = (cell: string): string => (guarded.test(cell) ? cell.slice(1) : cell)
