import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { drawModules, withDrawing } from '../../tools/draw-modules.ts'
import { mayUse } from '../../tools/module-graph.ts'

const project = join(import.meta.dirname, '../..')

describe('documents', () => {
  test('generated documents say what the code says', async () => {
    const run = promisify(execFile)
    await run(process.execPath, ['tools/write-docs.ts', '--check'], { cwd: project })
  })

  test('the drawing has every module and every arrow of the table, and no other', () => {
    assert.equal(
      drawModules({ cart: ['catalog'], catalog: [] }),
      '```mermaid\nflowchart TD\n  app --> cart\n  app --> catalog\n  cart --> catalog\n```',
    )
  })

  test('an old drawing is replaced, the text around it stays', () => {
    const [start = '', end = ''] = [
      ...withDrawing(readFileSync(join(project, 'docs/architecture.md'), 'utf8')).matchAll(/<!-- .*?modules.*? -->/g),
    ].flat()
    assert.equal(withDrawing(`a\n${start}\nold\n${end}\nb`), `a\n${start}\n\n${drawModules()}\n\n${end}\nb`)
    assert.throws(() => withDrawing('no marks'), /has lost its marks/)
  })

  test('every module has a row in the table and a face, and every row a module', () => {
    const modules = globSync('src/modules/*/', { cwd: project }).map((folder) => folder.split('/').at(-1))
    assert.deepEqual(modules.sort(), Object.keys(mayUse).sort())
    for (const module of modules)
      assert.ok(existsSync(join(project, `src/modules/${module}/index.ts`)), `${module}/index.ts`)
  })

  test('metrics, log lines and settings that the runbook names exist', () => {
    const runbook = readFileSync(join(project, 'docs/runbook.md'), 'utf8')
    const sources = globSync('src/**/*.ts', { cwd: project }).filter((file) => !file.endsWith('.test.ts'))
    const code = sources.map((file) => readFileSync(join(project, file), 'utf8')).join('\n')
    const settings = readFileSync(join(project, 'docs/configuration.md'), 'utf8')

    const metrics =
      runbook.match(/(?<![.\w])(?:account|audit|database|email|http|otp|queue|sessions?|sms|vendor)_[a-z_]+/g) ?? []
    const alarms = /## Alarms(.*?)\n## /s.exec(runbook)?.[1] ?? ''
    const lines = [...alarms.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell = '']) => cell.match(/[^`]{3,}/g) ?? [])
    const names = (runbook.match(/`[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+[`=]/g) ?? []).map((name) => name.slice(1, -1))

    assert.ok(metrics.length > 10 && lines.length > 5 && names.length > 10, 'the patterns find something')
    const isMissing = (name: string) => !code.includes(`'${name.replace(/_count$/, '')}'`)
    assert.deepEqual(metrics.filter(isMissing), [])
    assert.deepEqual(
      lines.filter((line) => !/^, $/.test(line) && !code.includes(`'${line}'`)),
      [],
    )
    assert.deepEqual(
      names.filter((name) => !settings.includes(`\`${name}\``)),
      [],
    )
  })

  test('links between documents lead somewhere', () => {
    const broken: string[] = []
    for (const file of globSync(['*.md', 'docs/**/*.md', 'benchmarks/*.md', 'test/**/*.md'], { cwd: project })) {
      const text = readFileSync(join(project, file), 'utf8').replaceAll(/```.*?```/gs, '')
      for (const [, target = ''] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
        const isPath = !/^[a-z]+:/.test(target)
        if (isPath && !existsSync(join(project, dirname(file), target))) broken.push(`${file}: ${target}`)
      }
    }
    assert.deepEqual(broken, [])
  })
})
