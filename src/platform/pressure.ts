/** Whether requests wait for something scarce, such as sessions of the database: then what can wait gives way to them. */
export interface Pressure {
  /** Another thing that requests may be waiting for. */
  watch(isWaitedFor: () => boolean): void
  isHigh(): boolean
}

export function createPressure(): Pressure {
  const watched: (() => boolean)[] = []
  return {
    watch: (isWaitedFor) => void watched.push(isWaitedFor),
    isHigh: () => watched.some((isWaitedFor) => isWaitedFor()),
  }
}
