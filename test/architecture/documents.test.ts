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
