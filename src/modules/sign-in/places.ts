/** What a table says of the places that it keeps its columns in. */
export interface PlaceRules {
  /** Nothing in this place matters any more. */
  isOver(place: number, now: number): boolean
  /** This place must not be given to another key. */
  isHeld(place: number, now: number): boolean
  /** Empties the place. */
  clear(place: number): void
}

/** Places are looked at on each arrival, so that what has ended goes without a timer; more of them when none is free. */
const looksPerArrival = 4
const looksWhenFull = 32

const copying = Buffer.alloc(1024)

/** The same text in bytes of its own: one that was cut out of another or put together keeps all of those. */
const ownCopy = (text: string): string =>
  text.length * 3 > copying.length ? text : copying.toString('utf8', 0, copying.write(text))

/**
 * Gives each of a bounded number of keys a place: a number that a table's columns are read and written by, so that
 * what a process keeps of 100,000 phones is a few arrays of numbers, and nothing for the collector of garbage to
 * follow. When all places are taken, one goes that was not used for long (the CLOCK algorithm: near to the least
 * recently used, without the bookkeeping).
 */
export class Places {
  readonly #most: number
  readonly #rules: PlaceRules
  readonly #places = new Map<string, number>()
  readonly #keys: (string | undefined)[] = []
  readonly #free: number[] = []
  readonly #wasUsed: Uint8Array
  #hand = 0

  constructor(most: number, rules: PlaceRules) {
    this.#most = most
    this.#rules = rules
    this.#wasUsed = new Uint8Array(most)
  }

  find(key: string): number | undefined {
    const place = this.#places.get(key)
    if (place !== undefined) this.#wasUsed[place] = 1
    return place
  }

  /** The key's place, a new one if it had none; `undefined` when every place that was looked at is held. */
  take(key: string, now: number): number | undefined {
    const found = this.find(key)
    if (found !== undefined) return found
    this.#sweep(now)
    const place = this.#free.pop() ?? (this.#keys.length < this.#most ? this.#keys.length : this.#evict(now))
    if (place === undefined) return undefined
    const kept = ownCopy(key)
    this.#places.set(kept, place)
    this.#keys[place] = kept
    this.#wasUsed[place] = 1
    return place
  }

  #sweep(now: number): void {
    for (let looked = 0; looked < looksPerArrival && looked < this.#keys.length; looked += 1) {
      const place = this.#next()
      if (this.#keys[place] === undefined || !this.#rules.isOver(place, now)) continue
      this.#vacate(place)
      this.#free.push(place)
    }
  }

  #evict(now: number): number | undefined {
    let second: number | undefined
    for (let looked = 0; looked < looksWhenFull; looked += 1) {
      const place = this.#next()
      if (this.#rules.isHeld(place, now)) continue
      if (this.#wasUsed[place] === 0 || this.#rules.isOver(place, now)) return this.#vacate(place)
      this.#wasUsed[place] = 0
      second ??= place
    }
    return second === undefined ? undefined : this.#vacate(second)
  }

  #next(): number {
    this.#hand = this.#hand + 1 < this.#keys.length ? this.#hand + 1 : 0
    return this.#hand
  }

  #vacate(place: number): number {
    const key = this.#keys[place]
    if (key !== undefined) this.#places.delete(key)
    this.#keys[place] = undefined
    this.#rules.clear(place)
    return place
  }
}
