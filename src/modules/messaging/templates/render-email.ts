import { type EmailTemplate, type EmailValues, emailTexts, type Letter, type ShopValues } from './email-texts.ts'
import type { Locale } from './text-settings.ts'

export interface RenderedEmail {
  /** One line without control characters, whatever the values were. */
  subject: string
  text: string
  html: string
}

/** Line breaks and other control characters, and the marks that turn the direction of writing. */
const unprintable = /[\p{Cc}\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]+/gu
const longestValue = 100

/** A value as it may stand inside a sentence: one line of bounded length. */
const inLine = (value: string): string =>
  [...value.toWellFormed().replace(unprintable, ' ').trim()].slice(0, longestValue).join('')

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '')

/**
 * Lays a mail out as text and as HTML. Values are plain text: in the HTML they are escaped, and none can break out of
 * its line. The HTML needs nothing from elsewhere (no image, no link) and has colours for light and dark screens.
 */
export function renderEmail<T extends EmailTemplate>(
  template: T,
  locale: Locale,
  values: EmailValues[T] & ShopValues,
): RenderedEmail {
  const sound = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? inLine(value) : value]),
  ) as EmailValues[T] & ShopValues
  const letter = emailTexts[locale][template](sound)
  const text = letter.body.map((part) => (typeof part === 'string' ? part : part.code)).join('\n\n')
  return { subject: letter.subject, text: `${text}\n`, html: pageOf(letter, locale) }
}

// Some mail programs drop the style sheet: what a light screen needs stands in the elements themselves.
const sheet = `:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  body, .page { background: #121212 !important; color: #f2f2f2 !important; }
  .code { background: #2a2a2a !important; color: #ffffff !important; }
}`
const page =
  'max-width:480px;margin:0 auto;padding:24px;background:#ffffff;color:#1a1a1a;font:16px/1.5 system-ui,sans-serif'
// One click or touch selects the whole code.
const box =
  'margin:24px 0;padding:16px;border-radius:8px;background:#f2f2f2;color:#1a1a1a;font:700 32px/1.2 monospace;letter-spacing:4px;text-align:center;-webkit-user-select:all;user-select:all'

const pageOf = ({ subject, body }: Letter, locale: Locale): string =>
  `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no">
<title>${escaped(subject)}</title>
<style>
${sheet}
</style>
</head>
<body style="margin:0;background:#ffffff">
<div class="page" style="${page}">
${body.map((part) => (typeof part === 'string' ? `<p style="margin:0 0 16px">${escaped(part)}</p>` : `<p class="code" style="${box}">${escaped(part.code)}</p>`)).join('\n')}
</div>
</body>
</html>
`
