import { spawn } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { dropTemplates, postgresMissing } from '../test/support/databases.ts'
import { redisMissing } from '../test/support/redis.ts'

/**
 * Runs the tests: all of them, or the files named (`npm test -- test/http/health.test.ts`).
 * When Redis or PostgreSQL is not there, says so first and loudly, with the files whose tests are skipped for it.
 */
const given = process.argv.slice(2)
const options = given.filter((argument) => argument.startsWith('-'))
const files = given.filter((argument) => !argument.startsWith('-'))
const chosen = files.length > 0 ? files : globSync(['src/**/*.test.ts', 'test/**/*.test.ts']).sort()

/** Files that ask whether a server is there, themselves or by a file of test/support that does. */
function filesThatAsk(question: string): string[] {
  const uses = (file: string, names: string[]) => names.some((name) => readFileSync(file, 'utf8').includes(name))
  const support = globSync('test/support/*.ts').filter((file) => uses(file, [question]))
  const names = [question, ...support.map((each) => `support/${basename(each)}`)]
  return chosen.filter((file) => uses(file, names))
}

function announce(missing: string | false, question: string, setting: string): void {
  if (!missing) return
  const line = '!'.repeat(100)
  const skipped = filesThatAsk(question).map((file) => `  ${file}`)
  console.log([line, `TESTS ARE SKIPPED: ${missing} (${setting})`, 'in', ...skipped, line, ''].join('\n'))
}
announce(redisMissing, 'redisMissing', 'TEST_REDIS_URL')
announce(postgresMissing, 'postgresMissing', 'TEST_DATABASE_URL')

// One more than a small machine has cores: files that kill servers or wait for a time-out leave theirs idle.
const limits = ['--test-timeout=120000', '--test-concurrency=3']
const runner = spawn(process.execPath, ['--test', '--test-reporter=spec', ...limits, ...options, ...chosen], {
  stdio: 'inherit',
  env: {
    TEST_TIME_FACTOR: chosen.length > 1 ? '4' : '1', // see test/support/time-limits.ts
    ...process.env,
    // That of tools/require-node.cjs: most of what a small file takes is to strip and parse what it imports.
    NODE_COMPILE_CACHE: join(import.meta.dirname, '../node_modules/.cache/compiled'),
  },
})

// A time limit of the runner ends a test, not a file that leaves a server or process open.
const longestMinutes = 40
const watch = setTimeout(() => {
  console.error(
    `The tests did not end within ${longestMinutes} minutes: a file that is still running leaves something open.`,
  )
  runner.kill('SIGTERM')
}, longestMinutes * 60_000)

runner.once('close', async (code) => {
  clearTimeout(watch)
  if (process.env['CI'] && !postgresMissing) await dropTemplates() // elsewhere the next run is glad of them
  process.exitCode = code ?? 1
})
