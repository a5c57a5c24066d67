import { globSync } from 'node:fs'
import { join } from 'node:path'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'
import { moduleRules } from './module-rules.ts'

const project = join(import.meta.dirname, '..')

/** A rule, and the import that breaks it. */
export interface Violation {
  rule: string
  from: string
  to: string
}

/**
 * Follows every import under `src`, type-only ones included, and holds them against the rules.
 *
 * @param root the folder that has `src`
 * @returns what breaks a rule. A file that was not looked at is a violation too: without a parser for its
 *   TypeScript version dependency-cruiser looks at nothing and finds nothing wrong.
 */
export async function cruiseModules(root = project): Promise<Violation[]> {
  const fileName = join(project, 'tsconfig.json')
  const { output } = await cruise(
    ['src'],
    {
      baseDir: root,
      ruleSet: { forbidden: [...moduleRules] },
      validate: true,
      tsPreCompilationDeps: true,
      tsConfig: { fileName },
      doNotFollow: { path: 'node_modules' },
    },
    { conditionNames: ['import', 'node', 'default', 'types'], exportsFields: ['exports'] },
    { tsConfig: extractTSConfig(fileName) },
  )
  const { modules, summary } = output as ICruiseResult
  const seen = new Set(modules.filter(({ couldNotResolve }) => !couldNotResolve).map(({ source }) => source))
  const files = globSync('src/**/*.ts', { cwd: root })
  if (files.length === 0) throw new Error(`There is no TypeScript under ${join(root, 'src')}.`)
  return [
    ...files
      .filter((file) => !seen.has(file))
      .map((file) => ({ rule: 'every-file-is-looked-at', from: file, to: file })),
    ...summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
  ]
}
