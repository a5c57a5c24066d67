import type { Challenge } from './challenge.ts'
import { LogColumn, TextColumn } from './columns.ts'
import { Places } from './places.ts'
import { shelve, unshelve } from './shelved-challenge.ts'
import type { SignInPolicy } from './sign-in-policy.ts'
import { spanOf } from './sliding-log.ts'

/**
 * What is kept of each phone: its challenge, its counters, and until when it counts as known. A phone whose challenge
 * lives keeps its place whatever comes.
 */
export class PhoneTable {
  readonly sends: LogColumn
  readonly wrong: LogColumn
  readonly strangerWrong: LogColumn
  readonly places: Places
  readonly #known: Float64Array
  readonly #texts: TextColumn
  /** Until when a challenge is kept, and until when nobody else may have its place. */
  readonly #keptUntil: Float64Array
  readonly #heldUntil: Float64Array
  readonly #policy: SignInPolicy
  #size = 0

  constructor(most: number, policy: SignInPolicy) {
    this.#policy = policy
    this.sends = new LogColumn(most, spanOf(policy.sends.phone))
    this.wrong = new LogColumn(most, spanOf(policy.wrong.phone))
    this.strangerWrong = new LogColumn(most, spanOf(policy.wrong.stranger))
    this.#known = new Float64Array(most)
    this.#texts = new TextColumn(most)
    this.#keptUntil = new Float64Array(most)
    this.#heldUntil = new Float64Array(most)
    const logs = [this.sends, this.wrong, this.strangerWrong]
    this.places = new Places(most, {
      isOver: (place, now) => {
        if ((this.#keptUntil[place] as number) > now) return false
        this.#drop(place)
        return (this.#known[place] as number) <= now && logs.every((log) => log.endOf(place) <= now)
      },
      isHeld: (place, now) => (this.#heldUntil[place] as number) > now,
      clear: (place) => {
        this.#drop(place)
        this.#known[place] = 0
        for (const log of logs) log.clear(place)
      },
    })
  }

  /** Challenges that are kept. */
  get size(): number {
    return this.#size
  }

  challenge(place: number | undefined, now: number): Challenge | undefined {
    if (place === undefined || (this.#keptUntil[place] as number) <= now) return undefined
    const text = this.#texts.read(place)
    return text === undefined ? undefined : unshelve(text)
  }

  keep(place: number, challenge: Challenge | undefined): void {
    if (!challenge) {
      this.#drop(place)
      return
    }
    if (this.#keptUntil[place] === 0) this.#size += 1
    this.#texts.write(place, shelve(challenge))
    const { expiresAt, usedAt } = challenge
    this.#keptUntil[place] = expiresAt + this.#policy.replayMs
    this.#heldUntil[place] = usedAt === undefined ? expiresAt : usedAt + this.#policy.replayMs
  }

  isKnown(place: number | undefined, now: number): boolean {
    return place !== undefined && (this.#known[place] as number) > now
  }

  know(place: number, now: number): void {
    this.#known[place] = now + this.#policy.knownMs
  }

  #drop(place: number): void {
    if (this.#keptUntil[place] !== 0) this.#size -= 1
    this.#keptUntil[place] = 0
    this.#heldUntil[place] = 0
    this.#texts.clear(place)
  }
}
