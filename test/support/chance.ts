/** Chance that comes out the same for the same seed. */
export interface Chance {
  /** From 0 to below 1. */
  next(): number
  /** A whole number from 0 to below this. */
  below(limit: number): number
  /** True so many times out of a hundred. */
  percent(share: number): boolean
  oneOf<T>(all: readonly T[]): T
  /** One of some names, each as often as its weight says. */
  weighed<Name extends string>(weights: Record<Name, number>): Name
  /** Chance of its own, whatever else is drawn meanwhile. */
  of(name: string): Chance
}

function mixed(text: string): number {
  let state = 2_166_136_261
  for (const letter of text) state = Math.imul(state ^ letter.charCodeAt(0), 16_777_619)
  return state >>> 0
}

/** @see https://gist.github.com/tommyettinger/46a874533244883189143505d203312c mulberry32 */
export function chanceFrom(seed: string): Chance {
  let state = mixed(seed)
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mix = Math.imul(state ^ (state >>> 15), 1 | state)
    mix = (mix + Math.imul(mix ^ (mix >>> 7), 61 | mix)) ^ mix
    return ((mix ^ (mix >>> 14)) >>> 0) / 4_294_967_296
  }
  const chance: Chance = {
    next,
    below: (limit) => Math.floor(next() * limit),
    percent: (share) => next() * 100 < share,
    oneOf(all) {
      const one = all[chance.below(all.length)]
      if (one === undefined) throw new Error('one of none')
      return one
    },
    weighed<Name extends string>(weights: Record<Name, number>): Name {
      const names = Object.keys(weights) as Name[]
      const all = names.reduce((sum, name) => sum + weights[name], 0)
      let left = next() * all
      for (const name of names) {
        left -= weights[name]
        if (left < 0) return name
      }
      throw new Error('one of none')
    },
    of: (name) => chanceFrom(`${seed}/${name}`),
  }
  return chance
}
