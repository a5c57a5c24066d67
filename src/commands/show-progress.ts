import { Presets, SingleBar } from 'cli-progress'
import type { Import } from '../modules/imports/index.ts'
import { startStopwatch } from '../platform/clock.ts'

/** How far a file is. */
export type Progress = Pick<Import, 'status' | 'rowsRead' | 'rowsApplied'> & { share?: number }

export interface ProgressDisplay {
  show(progress: Progress): void
  stop(): void
}

const lineEveryMs = 5000

const inWords = ({ status, rowsRead, rowsApplied }: Progress): string => {
  if (status === 'receiving') return `${rowsRead} rows read`
  if (status === 'waiting') return `${rowsRead} rows wait for another import`
  return `${rowsApplied} of ${rowsRead} rows applied`
}

/** A line now and then, for whoever reads it later. */
function lines(name: string): ProgressDisplay {
  let since: (() => number) | undefined
  return {
    show(progress) {
      if (since && since() < lineEveryMs) return
      since = startStopwatch()
      process.stdout.write(`${name}: ${inWords(progress)}\n`)
    },
    stop: () => undefined,
  }
}

/** A bar that runs twice: while the file is read, and while its rows are applied. */
function bar(name: string): ProgressDisplay {
  const format = `${name} {bar} {percentage} % | {words}`
  const shown = new SingleBar({ format, clearOnComplete: true, stream: process.stderr }, Presets.shades_classic)
  shown.start(1000, 0, { words: '' })
  return {
    show(progress) {
      const { status, share = 0, rowsRead, rowsApplied } = progress
      const part = status === 'receiving' ? share : rowsRead === 0 ? 1 : rowsApplied / rowsRead
      shown.update(Math.round(1000 * part), { words: inWords(progress) })
    },
    stop: () => shown.stop(),
  }
}

export const showProgress = (name: string): ProgressDisplay => (process.stderr.isTTY ? bar(name) : lines(name))
