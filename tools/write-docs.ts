import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withDrawing } from './draw-modules.ts'
import { writeConfiguration, writeEnvExample } from './write-configuration.ts'
import { describeRunningApi, writeOpenapi } from './write-openapi.ts'
import { writeProblems } from './write-problems.ts'

/**
 * Writes every document that is made from the code, or with `--check` says which of them are out of date.
 */
const project = join(import.meta.dirname, '..')
const read = (file: string): string =>
  existsSync(join(project, file)) ? readFileSync(join(project, file), 'utf8') : ''

const description = await describeRunningApi()
const documents: Record<string, string> = {
  '.env.example': writeEnvExample(),
  'docs/architecture.md': withDrawing(read('docs/architecture.md')),
  'docs/configuration.md': writeConfiguration(),
  'docs/openapi.json': writeOpenapi(description),
  'docs/problems.md': await writeProblems(description),
}

const outdated = Object.keys(documents).filter((file) => read(file) !== documents[file])
if (process.argv.includes('--check')) {
  for (const file of outdated) console.error(`${file} is out of date: run \`npm run docs\`.`)
  process.exitCode = outdated.length > 0 ? 1 : 0
} else {
  for (const file of outdated) writeFileSync(join(project, file), documents[file] ?? '')
  console.log(outdated.length > 0 ? `Written: ${outdated.join(', ')}` : 'All documents were current.')
}
