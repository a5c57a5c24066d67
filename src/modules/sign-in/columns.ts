import type { SlidingLog } from './sliding-log.ts'

const none: SlidingLog = []

/**
 * A sliding log for each place. Most logs have one entry, which is a number in an array of numbers; only longer ones
 * are objects.
 */
export class LogColumn {
  readonly #newest: Float64Array
  readonly #long = new Map<number, SlidingLog>()
  readonly #span: number

  /** @param span how long a log matters after its newest entry, in milliseconds */
  constructor(places: number, span: number) {
    this.#newest = new Float64Array(places)
    this.#span = span
  }

  read(place: number | undefined, now: number): SlidingLog {
    if (place === undefined || this.endOf(place) <= now) return none
    return this.#long.get(place) ?? [this.#newest[place] as number]
  }

  write(place: number, log: SlidingLog): void {
    this.#newest[place] = log.at(-1) ?? 0
    if (log.length > 1) this.#long.set(place, log)
    else this.#long.delete(place)
  }

  endOf(place: number): number {
    const newest = this.#newest[place] as number
    return newest === 0 ? 0 : newest + this.#span
  }

  clear(place: number): void {
    this.#newest[place] = 0
    this.#long.delete(place)
  }
}

const placesPerChunk = 1024
/** A challenge with one handle and no client key takes some 290 bytes. */
const room = 336

/** A text for each place, kept as bytes outside the heap; one that is too long for its room is kept as it is. */
export class TextColumn {
  readonly #chunks: Buffer[] = []
  readonly #lengths: Uint16Array
  readonly #long = new Map<number, string>()

  constructor(places: number) {
    this.#lengths = new Uint16Array(places)
  }

  read(place: number): string | undefined {
    const length = this.#lengths[place] as number
    if (length === 0) return undefined
    if (length > room) return this.#long.get(place)
    const start = (place % placesPerChunk) * room
    return this.#chunkOf(place).toString('utf8', start, start + length)
  }

  write(place: number, text: string): void {
    const length = Buffer.byteLength(text)
    this.#long.delete(place)
    if (length > room) this.#long.set(place, text)
    else this.#chunkOf(place).write(text, (place % placesPerChunk) * room)
    this.#lengths[place] = Math.min(length, room + 1)
  }

  clear(place: number): void {
    this.#lengths[place] = 0
    this.#long.delete(place)
  }

  #chunkOf(place: number): Buffer {
    const at = Math.floor(place / placesPerChunk)
    const chunk = this.#chunks[at] ?? Buffer.allocUnsafeSlow(placesPerChunk * room)
    this.#chunks[at] = chunk
    return chunk
  }
}
