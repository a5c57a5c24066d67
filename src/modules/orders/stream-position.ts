/** Where somebody is in the events of a store: has all up to `floor`, and those in `above`. */
export interface StorePosition {
  floor: number
  above: ReadonlySet<number>
}

const longest = 300

/** The position in the events of one order: the last one, which its followers have with all before it. */
export const readOrderPosition = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined

/**
 * A position as the id of an event: a number, mostly. While events may still come that have a lower number than others
 * that were sent, those others follow, each by its distance: `1000+2.5`. Of very many the oldest are left out, and come
 * again: repeated is better than lost.
 */
export function writeStorePosition({ floor, above }: StorePosition): string {
  if (above.size === 0) return String(floor)
  const distances = [...above].sort((a, b) => a - b).map((id) => id - floor)
  return `${floor}+${distances.slice(-longest).join('.')}`
}

export function readStorePosition(text: string | undefined): StorePosition | undefined {
  const [, floor, distances] = /^(\d{1,15})(?:\+(\d{1,9}(?:\.\d{1,9})*))?$/.exec(text ?? '') ?? []
  if (floor === undefined) return undefined
  const above = distances?.split('.').map((distance) => Number(floor) + Number(distance)) ?? []
  return { floor: Number(floor), above: new Set(above.slice(-longest)) }
}
