import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, test } from 'node:test'
import { promisify } from 'node:util'

const project = join(import.meta.dirname, '../..')
const useCase = 'src/modules/sign-in/verify-code.ts'

/** A file, what it says, and the rule that stops it. */
const cases: [name: string, file: string, text: string, rule?: string][] = [
  ['a use case does not read the wall clock', useCase, 'export const at = Date.now()', 'plugin'],
  ['a use case does not make a date of now', useCase, 'export const at = new Date()', 'plugin'],
  ['a use case turns a given time into a date', useCase, 'export const at = new Date(0)'],
  ['a use case does not draw lots', useCase, 'export const lot = Math.random()', 'plugin'],
  [
    'a use case makes no secret',
    useCase,
    "export { randomBytes } from 'node:crypto'",
    'lint/style/noRestrictedImports',
  ],
  ['a use case does not read the environment', useCase, 'export const key = process.env', 'lint/style/noProcessEnv'],
  ['the clock reads the wall clock', 'src/platform/clock.ts', 'export const at = Date.now()'],
  ['the configuration reads the environment', 'src/load-config.ts', 'export const key = process.env'],
  ['a test reads the wall clock', 'src/platform/clock.test.ts', 'export const at = Date.now()'],
  ['nothing is exported as default', useCase, 'export default 1', 'lint/style/noDefaultExport'],
  ['nothing is an enum', useCase, 'export enum Colour { Red }', 'lint/style/noEnum'],
  [
    'a promise does not float',
    useCase,
    'const f = async () => {}\nexport const go = () => {\n  f()\n}',
    'lint/nursery/noFloatingPromises',
  ],
  ['a file is named in kebab-case', 'src/verifyCode.ts', 'export const one = 1', 'lint/style/useFilenamingConvention'],
  ['a file has 250 lines at most', useCase, 'f()\n'.repeat(251), 'lint/style/noExcessiveLinesPerFile'],
  [
    'a suppression gives its reason',
    useCase,
    '// biome-ignore lint/style/noEnum:\nexport enum Colour { Red }',
    'suppressions/parse',
  ],
]

describe('lint', () => {
  const lint = promisify(execFile)
  const roots: string[] = []

  /** The names of the rules that a file breaks. */
  async function broken(file: string, text: string): Promise<string[]> {
    const root = mkdtempSync(join(tmpdir(), 'lint-rules-'))
    roots.push(root)
    for (const each of ['biome.json', '.gitignore', 'tools/lint']) {
      cpSync(join(project, each), join(root, each), { recursive: true })
    }
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), `${text}\n`)
    const biome = join(project, 'node_modules/.bin/biome')
    const { stdout } = await lint(process.execPath, [biome, 'lint', '--reporter=github', file], { cwd: root }).catch(
      (failure: { stdout: string }) => failure,
    )
    return [...stdout.matchAll(/^::error title=([^,]+)/gm)].map(([, rule = '']) => rule)
  }

  after(() => {
    for (const root of roots) rmSync(root, { recursive: true })
  })

  for (const [name, file, text, rule] of cases) {
    test(name, async () => {
      const found = await broken(file, text)
      if (rule === undefined) assert.deepEqual(found, [])
      else assert.ok(found.includes(rule), `${rule} is not among: ${found.join(', ')}`)
    })
  }
})
