import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { type Draws, drawsWindows1252 } from './printable-text.ts'

/** What text is set in: names that every reader knows, or the files of a font. */
export interface PdfFonts {
  regular: string | Buffer
  bold: string | Buffer
}

export const readersFonts: PdfFonts = { regular: 'Helvetica', bold: 'Helvetica-Bold' }

const fontPackage = '@expo-google-fonts/noto-sans-devanagari'
const files = {
  regular: '400Regular/NotoSansDevanagari_400Regular.ttf',
  bold: '700Bold/NotoSansDevanagari_700Bold.ttf',
}

/**
 * Noto Sans with Latin and Devanagari letters and the sign of the rupee, where its package is installed; else what every
 * reader has, with neither.
 */
export async function findFonts(from: string = import.meta.url): Promise<PdfFonts> {
  const { resolve } = createRequire(from)
  try {
    const [regular, bold] = await Promise.all(
      [files.regular, files.bold].map((file) => readFile(resolve(`${fontPackage}/${file}`))),
    )
    return regular && bold ? { regular, bold } : readersFonts
  } catch {
    return readersFonts
  }
}

/** As the PDF library knows a font that it has opened: by character, for those that come as files. */
interface OpenedFont {
  font?: { hasGlyphForCodePoint?: (codePoint: number) => boolean }
}

/** What the font in which a PDF is being set can draw. */
export function drawnBy(opened: unknown): Draws {
  const { font } = opened as OpenedFont
  return font?.hasGlyphForCodePoint ? (codePoint) => font.hasGlyphForCodePoint?.(codePoint) === true : drawsWindows1252
}
