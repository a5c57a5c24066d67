/** Some entries are looked at on each change, so that what has ended goes without a timer. */
const sweptPerChange = 4

/**
 * A bounded map of values that end by themselves. Values that have ended go first; when none has and the map is
 * full, the one that was touched longest ago goes, unless the map is strict: then there is no room.
 */
export class ExpiringMap<V> {
  readonly #values = new Map<string, V>()
  readonly #most: number
  readonly #strict: boolean
  readonly #endOf: (value: V) => number

  /** @param endOf when a value ends, in milliseconds: values know it themselves, which saves an object for each */
  constructor(most: number, endOf: (value: V) => number, { strict = false }: { strict?: boolean } = {}) {
    this.#most = most
    this.#endOf = endOf
    this.#strict = strict
  }

  get size(): number {
    return this.#values.size
  }

  get(key: string, now: number): V | undefined {
    const value = this.#values.get(key)
    return value !== undefined && now < this.#endOf(value) ? value : undefined
  }

  set(key: string, value: V, now: number): void {
    this.#values.delete(key) // so that the order of the map stays the order of the last touch
    this.#sweep(now)
    if (this.#values.size >= this.#most) this.#dropOldest()
    this.#values.set(key, value)
  }

  delete(key: string): void {
    this.#values.delete(key)
  }

  /** Whether `set` would take this key without dropping a value that has not ended. */
  hasRoomFor(key: string, now: number): boolean {
    if (!this.#strict || this.#values.has(key)) return true
    this.#sweep(now)
    return this.#values.size < this.#most
  }

  #sweep(now: number): void {
    let looked = 0
    for (const [key, value] of this.#values) {
      if (now >= this.#endOf(value)) this.#values.delete(key)
      looked += 1
      if (looked === sweptPerChange) return
    }
  }

  #dropOldest(): void {
    const oldest = this.#values.keys().next()
    if (!oldest.done) this.#values.delete(oldest.value)
  }
}
