import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'

const project = join(import.meta.dirname, '../..')
const useCase = 'src/modules/sign-in/verify-code.ts'

/** A file, what it says, and whether the house's own lint rules let it. */
const cases: [name: string, file: string, text: string, allowed: boolean][] = [
  ['a use case does not read the wall clock', useCase, 'export const at = Date.now()', false],
  ['a use case does not make a date of now', useCase, 'export const at = new Date()', false],
  ['a use case turns a given time into a date', useCase, 'export const at = new Date(0)', true],
  ['a use case does not draw lots', useCase, 'export const lot = Math.random()', false],
  ['a use case makes no secret itself', useCase, "export { randomBytes } from 'node:crypto'", false],
  ['a use case does not read the environment', useCase, "export const key = process.env['SECRET_KEY']", false],
  ['the clock reads the wall clock', 'src/platform/clock.ts', 'export const at = Date.now()', true],
  ['main reads the environment', 'src/main.ts', "export const key = process.env['SECRET_KEY']", true],
  ['a test reads the wall clock', 'src/platform/clock.test.ts', 'export const at = Date.now()', true],
  ['nothing is exported as default', useCase, 'export default 1', false],
  ['nothing is an enum', useCase, 'export enum Colour { Red }', false],
  ['a promise does not float', useCase, 'async function wait() {}\nexport const go = () => {\n  wait()\n}', false],
  ['a file is named in kebab-case', 'src/modules/sign-in/verifyCode.ts', 'export const one = 1', false],
  [
    'a file ends before its 250th line',
    useCase,
    'export const one = 1\n\n'.repeat(130).replaceAll('\n\n', '\n// .\n'),
    false,
  ],
  [
    'a suppression gives its reason',
    useCase,
    "// biome-ignore lint/style/noProcessEnv:\nexport const key = process.env['SECRET_KEY']",
    false,
  ],
]

describe('lint', () => {
  const lint = promisify(execFile)
  const roots: string[] = []

  async function passes(file: string, text: string): Promise<boolean> {
    const root = mkdtempSync(join(tmpdir(), 'lint-rules-'))
    roots.push(root)
    cpSync(join(project, 'tools/lint'), join(root, 'tools/lint'), { recursive: true })
    cpSync(join(project, 'biome.json'), join(root, 'biome.json'))
    writeFileSync(join(root, '.gitignore'), '')
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), `${text}\n`)
    const biome = join(project, 'node_modules/.bin/biome')
    return lint(process.execPath, [biome, 'lint', file], { cwd: root }).then(
      () => true,
      () => false,
    )
  }

  before(async () => {
    assert.ok(
      await passes(useCase, 'export const one = 1'),
      'a blameless file passes, so that a refusal means something',
    )
  })
  after(() => {
    for (const root of roots) rmSync(root, { recursive: true })
  })

  for (const [name, file, text, allowed] of cases) {
    test(name, async () => assert.equal(await passes(file, text), allowed))
  }
})
