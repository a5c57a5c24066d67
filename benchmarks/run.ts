import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Bench } from './harness/bench.ts'
import { describeMachine, takeCores } from './harness/cores.ts'
import { describeReport, type Report, writeReport } from './harness/report.ts'

const usage =
  'usage: npm run bench NAME -- [--runs 3] [--seconds 5] [--warm-up 6] [--connections 32]\n         [--only TEXT] [--node-flags FLAGS] [--keep] [--fresh]'
const say = (text: string): void => void process.stdout.write(`${text}\n`)

/** Runs the benchmark that is named: prints its table and writes `results/NAME.json`. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '5' },
      'warm-up': { type: 'string', default: '6' },
      connections: { type: 'string' },
      only: { type: 'string' },
      'node-flags': { type: 'string', default: '' },
      keep: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
    },
  })
  const [name = ''] = positionals
  const file = new URL(`./${name}.ts`, import.meta.url)
  if (!/^[a-z-]+$/.test(name) || name === 'run' || !existsSync(file)) throw new Error(usage)
  const { bench, usualConnections = 32 } = (await import(file.href)) as { bench: Bench; usualConnections?: number }
  const effort = {
    runs: Number(values.runs),
    seconds: Number(values.seconds),
    warmUpSeconds: Number(values['warm-up']),
    connections: Number(values.connections ?? usualConnections),
  }
  if (!Object.values(effort).every((value) => value > 0)) throw new Error(usage)

  const cores = takeCores()
  const flags = values['node-flags'].split(' ').filter((flag) => flag !== '')
  const at = new Date().toISOString()
  const { circumstances, cases, facts } = await bench({
    effort,
    place: { cores, flags },
    say,
    templates: { keep: values.keep, fresh: values.fresh },
    ...(values.only && { only: values.only }),
  })
  const report: Report = {
    node: process.versions.node,
    cpu: describeMachine(cores),
    at,
    circumstances: { ...effort, ...(flags.length > 0 && { flags: flags.join(' ') }), ...circumstances },
    cases,
    facts,
  }
  say(`\n${describeReport(report)}`)
  if (values.only) say('\nOnly a part was run: nothing is written.')
  else writeReport(name, report)
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  },
)
