import { faint, ink, margin, quiet, type Sheet, type TextStyle, turnOver } from './pdf-page.ts'
import type { Cell, Column, PrintedTable } from './printed-document.ts'

const gap = 5
const padding = 2.5

const headStyle: TextStyle = { size: 7, bold: true, color: quiet }
const textStyle: TextStyle = { size: 8 }
const noteStyle: TextStyle = { size: 6.5, color: quiet }

interface Placed extends Column {
  x: number
  width: number
}

function place(columns: readonly Column[], sheetWidth: number): Placed[] {
  const weights = columns.reduce((sum, { weight }) => sum + weight, 0)
  const free = sheetWidth - gap * (columns.length - 1)
  let x = margin
  return columns.map((column) => {
    const width = (free * column.weight) / weights
    const placed = { ...column, x, width }
    x += width + gap
    return placed
  })
}

function head(sheet: Sheet, columns: readonly Placed[]): void {
  for (const { title, x, width, align } of columns) sheet.write(title, x, sheet.y, width, { ...headStyle, align })
  sheet.y += 11
  sheet.line(sheet.y, ink, 0.8)
  sheet.y += padding
}

const heightOf = (sheet: Sheet, { text, note = '' }: Cell, width: number): number =>
  sheet.heightOf(text, width, textStyle) + sheet.heightOf(note, width, noteStyle)

function row(sheet: Sheet, columns: readonly Placed[], cells: readonly Cell[]): void {
  for (const [at, { x, width, align }] of columns.entries()) {
    const { text = '', note = '' } = cells[at] ?? {}
    const height = sheet.write(text, x, sheet.y, width, { ...textStyle, align })
    sheet.write(note, x, sheet.y + height, width, { ...noteStyle, align })
  }
}

/** A table over as many pages as it takes; each begins with the titles of its columns, and no row is torn. */
export function drawTable(sheet: Sheet, { heading, columns, rows }: PrintedTable): void {
  const placed = place(columns, sheet.width)
  if (sheet.y + 60 > sheet.bottom) turnOver(sheet)
  sheet.y += sheet.write(heading.toUpperCase(), margin, sheet.y, sheet.width, { ...headStyle, size: 7.5 }) + 4
  head(sheet, placed)
  for (const cells of rows) {
    const height = Math.max(...placed.map(({ width }, at) => heightOf(sheet, cells[at] ?? { text: '' }, width)))
    if (sheet.y + height + 2 * padding > sheet.bottom) {
      turnOver(sheet)
      head(sheet, placed)
    }
    row(sheet, placed, cells)
    sheet.y += height + padding
    sheet.line(sheet.y, faint)
    sheet.y += padding
  }
  sheet.y += 12
}
