import type { FaultAt, Import } from './import.ts'

/** An import as it is shown: its state and the beginning of its report. */
export interface ImportReport {
  given: Import
  faults: readonly FaultAt[]
}

/**
 * The imports that this process works on. It applies one at a time, so that one session is enough, and knows how far it
 * is while its transaction has the embedded database to itself.
 */
export interface RunningImports {
  /** Works on an import after those that came before; whoever asks for the same one meanwhile waits with it. */
  once(id: string, work: () => Promise<void>): Promise<void>
  show(report: ImportReport): void
  hide(id: string): void
  find(id: string): ImportReport | undefined
}

export function createRunningImports(): RunningImports {
  const joined = new Map<string, Promise<void>>()
  const shown = new Map<string, ImportReport>()
  let last: Promise<unknown> = Promise.resolve()
  return {
    once(id, work) {
      const present = joined.get(id)
      if (present !== undefined) return present
      const begun = last.then(work).finally(() => joined.delete(id))
      joined.set(id, begun)
      last = begun.catch(() => undefined)
      return begun
    },
    show: (report) => void shown.set(report.given.id, report),
    hide: (id) => void shown.delete(id),
    find: (id) => shown.get(id),
  }
}
