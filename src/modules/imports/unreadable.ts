import type { FaultAt } from './import.ts'

/** A file that cannot be read any further; its faults say where and why, in words for whoever made it. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable'
  readonly faults: readonly FaultAt[]

  constructor(...faults: readonly FaultAt[]) {
    super('the file cannot be read')
    this.faults = faults
  }
}
