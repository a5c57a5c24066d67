interface Entry<V> {
  value: V
  endsAt: number
}

/** Some entries are looked at on each change, so that what has ended goes without a timer. */
const sweptPerChange = 4

/**
 * A bounded map whose entries end by themselves. Entries that have ended go first; when none has and the map is
 * full, the one that was touched longest ago goes, unless the map is strict: then there is no room.
 */
export class ExpiringMap<V> {
  readonly #entries = new Map<string, Entry<V>>()
  readonly #most: number
  readonly #strict: boolean

  constructor(most: number, { strict = false }: { strict?: boolean } = {}) {
    this.#most = most
    this.#strict = strict
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: string, now: number): V | undefined {
    const entry = this.#entries.get(key)
    return entry && now < entry.endsAt ? entry.value : undefined
  }

  set(key: string, value: V, endsAt: number, now: number): void {
    this.#entries.delete(key) // so that the order of the map stays the order of the last touch
    this.#sweep(now)
    if (this.#entries.size >= this.#most) this.#dropOldest()
    this.#entries.set(key, { value, endsAt })
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }

  /** Whether `set` would take this key without dropping an entry that has not ended. */
  hasRoomFor(key: string, now: number): boolean {
    if (!this.#strict || this.#entries.has(key)) return true
    this.#sweep(now)
    return this.#entries.size < this.#most
  }

  #sweep(now: number): void {
    let looked = 0
    for (const [key, { endsAt }] of this.#entries) {
      if (now >= endsAt) this.#entries.delete(key)
      looked += 1
      if (looked === sweptPerChange) return
    }
  }

  #dropOldest(): void {
    const oldest = this.#entries.keys().next()
    if (!oldest.done) this.#entries.delete(oldest.value)
  }
}
