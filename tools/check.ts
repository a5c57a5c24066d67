import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const project = join(import.meta.dirname, '..')

/** What must hold before a change lands: words for a person, and the program that finds out. */
const steps: [words: string, program: string, ...args: string[]][] = [
  ['Types are sound', 'node_modules/.bin/tsc'],
  ['Format and lint are clean', 'node_modules/.bin/biome', 'check', '--max-diagnostics=100'],
  ['Imports keep to the module graph', 'tools/check-modules.ts'],
  ['No file, export or package is unused', 'node_modules/.bin/knip', '--no-progress'],
  ['Generated documents are current', 'tools/write-docs.ts', '--check'],
]

async function run(program: string, args: string[]): Promise<{ passed: boolean; output: string }> {
  const child = spawn(process.execPath, [program, ...args], { cwd: project, stdio: ['ignore', 'pipe', 'pipe'] })
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), exit])
  return { passed: code === 0, output: `${out}${err}`.trimEnd() }
}

/** All at once, since the first takes one core for as long as the others together; told in their order. */
const begun = steps.map(async ([words, program, ...args]) => {
  const start = performance.now()
  const { passed, output } = await run(program, args)
  return { words, passed, output, seconds: ((performance.now() - start) / 1000).toFixed(1) }
})

for (const step of begun) {
  const { words, passed, output, seconds } = await step
  console.log(`${passed ? '✔' : '✘'} ${words} (${seconds} s)`)
  if (passed) continue
  console.log(`${output}\n`)
  process.exitCode = 1
}
