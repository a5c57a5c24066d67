/** Chance that comes out the same each time: what is made by it from one seed is always equal. */
export interface Chance {
  /** From 0 to below 1. */
  next(): number
  /** A whole number from 0 to below this one. */
  below(count: number): number
  pick<T>(from: readonly T[]): T
  /** As words and brands are used: the one in front most, the tenth a tenth as often (Zipf's law). */
  pickUsual<T>(from: readonly T[]): T
}

/** Mulberry32. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (count: number): number => Math.floor(next() * count)
  return {
    next,
    below,
    pick: <T>(from: readonly T[]) => from[below(from.length)] as T,
    pickUsual: <T>(from: readonly T[]) => from[Math.floor((from.length + 1) ** next()) - 1] as T,
  }
}
