import { drawnBy, type PdfFonts } from './pdf-fonts.ts'
import { printableText } from './printable-text.ts'

/** What of the PDF library is used here. */
export type Pdf = InstanceType<typeof import('pdfkit')>

export const ink = '#1c1f23'
export const quiet = '#5c636b'
export const faint = '#d9dde2'
export const soft = '#f4f6f8'
export const accent = '#0c7a3d'

export const margin = 40

export interface TextStyle {
  size: number
  bold?: boolean
  color?: string
  align?: 'left' | 'right'
}

/** A sheet on which text is set: what a font cannot draw comes in another way. */
export interface Sheet {
  pdf: Pdf
  width: number
  /** Where the next thing goes. */
  y: number
  /** Where nothing more goes. */
  bottom: number
  /** Sets text at a place, as wide as it may be. How high it is. */
  write(text: string, x: number, y: number, width: number, style: TextStyle): number
  /** The same without setting it. */
  heightOf(text: string, width: number, style: TextStyle): number
  line(y: number, color: string, thickness?: number): void
}

export function openSheet(pdf: Pdf, fonts: PdfFonts): Sheet {
  pdf.registerFont('regular', fonts.regular as string).registerFont('bold', fonts.bold as string)
  function choose(text: string, { size, bold = false }: TextStyle): string {
    pdf.font(bold ? 'bold' : 'regular').fontSize(size)
    return printableText(drawnBy((pdf as unknown as { _font: unknown })._font), text)
  }
  const sheet: Sheet = {
    pdf,
    width: pdf.page.width - 2 * margin,
    y: margin,
    bottom: pdf.page.height - margin - 16,
    write(text, x, y, width, style) {
      const printable = choose(text, style)
      if (printable === '') return 0
      const options = { width, align: style.align ?? 'left', lineGap: 1 }
      pdf.fillColor(style.color ?? ink).text(printable, x, y, options)
      return pdf.heightOfString(printable, options)
    },
    heightOf(text, width, style) {
      const printable = choose(text, style)
      return printable === '' ? 0 : pdf.heightOfString(printable, { width, lineGap: 1 })
    },
    line(y, color, thickness = 0.5) {
      pdf
        .moveTo(margin, y)
        .lineTo(pdf.page.width - margin, y)
        .lineWidth(thickness)
        .strokeColor(color)
        .stroke()
    },
  }
  return sheet
}

/** Begins another page. */
export function turnOver(sheet: Sheet): void {
  sheet.pdf.addPage()
  sheet.y = margin
}
