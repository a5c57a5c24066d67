import { mayUse } from './module-graph.ts'

const start = '<!-- modules: drawn by `npm run docs` from tools/module-graph.ts -->'
const end = '<!-- /modules -->'

/** The table of modules as a mermaid drawing. Everything stands on `platform`, so that is left out. */
export const drawModules = (table: Readonly<Record<string, readonly string[]>> = mayUse): string =>
  [
    '```mermaid',
    'flowchart TD',
    ...Object.keys(table).map((module) => `  app --> ${module}`),
    ...Object.entries(table).flatMap(([module, used]) => used.map((each) => `  ${module} --> ${each}`)),
    '```',
  ].join('\n')

/** The text with the drawing between its two marks replaced by a fresh one. */
export function withDrawing(text: string): string {
  const from = text.indexOf(start)
  const to = text.indexOf(end)
  if (from < 0 || to < from) throw new Error(`docs/architecture.md has lost its marks: ${start} … ${end}`)
  return `${text.slice(0, from)}${start}\n\n${drawModules()}\n\n${text.slice(to)}`
}
