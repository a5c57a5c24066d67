import { buffer } from 'node:stream/consumers'
import type { PdfFonts } from './pdf-fonts.ts'
import { accent, faint, ink, margin, openSheet, quiet, type Sheet, soft, turnOver } from './pdf-page.ts'
import { drawTable } from './pdf-table.ts'
import type { PrintedDocument } from './printed-document.ts'

function drawHead(sheet: Sheet, { title, seller, facts }: PrintedDocument): void {
  const half = sheet.width / 2
  sheet.pdf.rect(0, 0, sheet.pdf.page.width, 5).fill(accent)
  const sellerHeight = sheet.write(seller, margin, sheet.y, half, { size: 14, bold: true, color: accent })
  const titleHeight = sheet.write(title, margin + half, sheet.y, half, { size: 16, bold: true, align: 'right' })
  sheet.y += Math.max(sellerHeight, titleHeight) + 8
  const perRow = 4
  const width = (sheet.width - 20) / perRow
  const rows = Math.ceil(facts.length / perRow)
  sheet.pdf.roundedRect(margin, sheet.y, sheet.width, rows * 26 + 8, 4).fill(soft)
  for (const [at, { label, value }] of facts.entries()) {
    const x = margin + 10 + (at % perRow) * width
    const y = sheet.y + 7 + Math.floor(at / perRow) * 26
    sheet.write(label, x, y, width - 8, { size: 7, color: quiet })
    sheet.write(value, x, y + 9, width - 4, { size: value.length > 24 ? 6.5 : 8.5, bold: true })
  }
  sheet.y += rows * 26 + 20
}

function drawParties(sheet: Sheet, { parties }: PrintedDocument): void {
  const width = sheet.width / parties.length
  const bottoms = parties.map(({ heading, lines }, at) => {
    const x = margin + at * width
    let y =
      sheet.y + sheet.write(heading.toUpperCase(), x, sheet.y, width - 12, { size: 7, bold: true, color: quiet }) + 2
    for (const [index, line] of lines.entries())
      y += sheet.write(line, x, y, width - 12, { size: 8.5, bold: index === 0 })
    return y
  })
  sheet.y = Math.max(...bottoms) + 16
}

function drawSum(sheet: Sheet, { totals, total, amountInWords }: PrintedDocument): void {
  const wordsWidth = sheet.width * 0.52
  const needed = Math.max(totals.length * 14 + 34, sheet.heightOf(amountInWords, wordsWidth, { size: 9, bold: true }))
  if (sheet.y + needed > sheet.bottom) turnOver(sheet)
  const top = sheet.y
  const x = margin + sheet.width * 0.6
  const width = sheet.width * 0.4
  const wordsHeight = sheet.write(amountInWords, margin, top, wordsWidth, { size: 9, bold: true })
  for (const { label, amount } of totals) {
    sheet.write(label, x, sheet.y, width / 2, { size: 9 })
    sheet.write(amount, x + width / 2, sheet.y, width / 2, { size: 9, align: 'right' })
    sheet.y += 14
  }
  sheet.pdf
    .moveTo(x, sheet.y)
    .lineTo(x + width, sheet.y)
    .lineWidth(1)
    .strokeColor(ink)
    .stroke()
  sheet.write(total.label, x, sheet.y + 6, width / 2, { size: 11, bold: true })
  sheet.write(total.amount, x + width / 3, sheet.y + 6, (width * 2) / 3, { size: 11, bold: true, align: 'right' })
  sheet.y = Math.max(sheet.y + 30, top + wordsHeight + 8)
}

function drawNotes(sheet: Sheet, { notes }: PrintedDocument): void {
  const text = notes.join(' ')
  const style = { size: 7.5, color: quiet }
  if (sheet.y + 7 + sheet.heightOf(text, sheet.width, style) > sheet.bottom) turnOver(sheet)
  sheet.line(sheet.y, faint)
  sheet.y += 7
  sheet.y += sheet.write(text, margin, sheet.y, sheet.width, style)
}

/** On every page, once it is known how many there are. */
function numberPages(sheet: Sheet, { title, facts }: PrintedDocument): void {
  const { start, count } = sheet.pdf.bufferedPageRange()
  for (let page = start; page < start + count; page += 1) {
    sheet.pdf.switchToPage(page)
    // Below the margin the library would begin another page.
    sheet.pdf.page.margins.bottom = 0
    const y = sheet.pdf.page.height - margin
    const style = { size: 7, color: quiet } as const
    sheet.write(`${title} ${facts[0]?.value ?? ''}`, margin, y, sheet.width / 2, style)
    sheet.write(`Page ${page - start + 1} of ${count}`, margin + sheet.width / 2, y, sheet.width / 2, {
      ...style,
      align: 'right',
    })
  }
}

/**
 * A document as a PDF on A4, the same bytes each time. The library is loaded with the first: it is big, and most
 * processes never need it.
 */
export async function pdfDocument(
  document: PrintedDocument,
  { fonts, issuedAt }: { fonts: PdfFonts; issuedAt: Date },
): Promise<Buffer> {
  const { default: PDFDocument } = await import('pdfkit')
  const pdf = new PDFDocument({
    size: 'A4',
    margin,
    bufferPages: true,
    lang: 'en-IN',
    info: {
      Title: `${document.title} ${document.facts[0]?.value ?? ''}`,
      Author: document.seller,
      CreationDate: issuedAt,
    },
  })
  const bytes = buffer(pdf)
  const sheet = openSheet(pdf, fonts)
  drawHead(sheet, document)
  drawParties(sheet, document)
  for (const table of document.tables) drawTable(sheet, table)
  drawSum(sheet, document)
  drawNotes(sheet, document)
  numberPages(sheet, document)
  pdf.end()
  return bytes
}
