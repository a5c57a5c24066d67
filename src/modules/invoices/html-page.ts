import { createHash } from 'node:crypto'
import { htmlStyle } from './html-style.ts'
import type { Cell, PrintedDocument, PrintedTable } from './printed-document.ts'

/** Nothing but the one style that stands in the page: no script, no picture, nothing from anywhere. */
export const htmlPolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(htmlStyle).digest('base64')}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const asHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '')

const cell = (tag: 'td' | 'th', align: string, { text, note }: Cell): string =>
  `<${tag} class="${align}">${asHtml(text)}${note === undefined ? '' : `<small>${asHtml(note)}</small>`}</${tag}>`

function table({ heading, columns, rows }: PrintedTable, at: number): string {
  const head = columns.map(({ title, align }) => `<th scope="col" class="${align}">${asHtml(title)}</th>`).join('')
  const body = rows
    .map((row) => `<tr>${row.map((each, index) => cell('td', columns[index]?.align ?? 'left', each)).join('')}</tr>`)
    .join('\n')
  return `<section class="table${at === 0 ? ' first' : ''}"><h2>${asHtml(heading)}</h2>
<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>
${body}
</tbody></table></div></section>`
}

/** A document as one page that needs nothing else, for the screen and for paper. */
export function htmlPage(document: PrintedDocument): string {
  const { title, seller, facts, parties, tables, totals, total, amountInWords, notes } = document
  const number = facts[0]?.value ?? ''
  return `<!doctype html>
<html lang="en-IN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${asHtml(`${title} ${number}`)}</title>
<style>${htmlStyle}</style>
</head>
<body>
<main>
<header><p class="seller">${asHtml(seller)}</p><h1>${asHtml(title)}</h1></header>
<dl class="facts">${facts.map(({ label, value }) => `<div><dt>${asHtml(label)}</dt><dd>${asHtml(value)}</dd></div>`).join('')}</dl>
<div class="parties">
${parties.map(({ heading, lines }) => `<section><h2>${asHtml(heading)}</h2>${lines.map((line) => `<p>${asHtml(line)}</p>`).join('')}</section>`).join('\n')}
</div>
${tables.map(table).join('\n')}
<div class="sum">
<p class="words">${asHtml(amountInWords)}</p>
<table class="totals"><tbody>
${totals.map(({ label, amount }) => `<tr><th scope="row">${asHtml(label)}</th><td>${asHtml(amount)}</td></tr>`).join('\n')}
<tr class="total"><th scope="row">${asHtml(total.label)}</th><td>${asHtml(total.amount)}</td></tr>
</tbody></table>
</div>
<footer>${notes.map((note) => `<p>${asHtml(note)}</p>`).join('')}</footer>
</main>
</body>
</html>
`
}
