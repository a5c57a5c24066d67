import type { Position, Ring } from './dark-store.ts'

interface Segment {
  from: Position
  to: Position
  ring: number
  /** Of the segment in its ring, and how many there are. */
  at: number
  count: number
  west: number
  east: number
}

const segmentsOf = (rings: readonly Ring[]): Segment[] =>
  rings.flatMap((positions, ring) =>
    positions.slice(1).map((to, at) => {
      const from = positions[at] as Position
      const [west, east] = from[0] < to[0] ? [from[0], to[0]] : [to[0], from[0]]
      return { from, to, ring, at, count: positions.length - 1, west, east }
    }),
  )

/** On which side of the line from a to b the third is: positive for left, zero for on it. */
const side = (a: Position, b: Position, c: Position): number =>
  (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

const isWithinBox = ({ from, to, west, east }: Segment, [lng, lat]: Position): boolean =>
  lng >= west && lng <= east && lat >= Math.min(from[1], to[1]) && lat <= Math.max(from[1], to[1])

/** Whether two segments have a point in common. */
function meet(a: Segment, b: Segment): boolean {
  const sides = [
    side(a.from, a.to, b.from),
    side(a.from, a.to, b.to),
    side(b.from, b.to, a.from),
    side(b.from, b.to, a.to),
  ]
  const [first = 0, second = 0, third = 0, fourth = 0] = sides.map(Math.sign)
  if (first * second < 0 && third * fourth < 0) return true
  return (
    (first === 0 && isWithinBox(a, b.from)) ||
    (second === 0 && isWithinBox(a, b.to)) ||
    (third === 0 && isWithinBox(b, a.from)) ||
    (fourth === 0 && isWithinBox(b, a.to))
  )
}

/** Whether a segment runs back along the one before it. */
const runsBack = ({ from, to }: Segment, { to: next }: Segment): boolean =>
  side(from, to, next) === 0 && (to[0] - from[0]) * (next[0] - to[0]) + (to[1] - from[1]) * (next[1] - to[1]) < 0

function areInConflict(a: Segment, b: Segment): boolean {
  if (a.ring === b.ring && (a.at + 1) % a.count === b.at) return runsBack(a, b)
  if (a.ring === b.ring && (b.at + 1) % b.count === a.at) return runsBack(b, a)
  return meet(a, b)
}

/**
 * Where closed rings cross or touch themselves or each other, runs along the same line included; `undefined` when they
 * do not. Consecutive positions must differ. It stops at the first: of 2,000 positions a million pairs can cross.
 */
export function firstCrossing(rings: readonly Ring[]): Position | undefined {
  const segments = segmentsOf(rings).sort((a, b) => a.west - b.west)
  for (const [at, segment] of segments.entries()) {
    for (let other = at + 1; other < segments.length; other += 1) {
      const candidate = segments[other] as Segment
      if (candidate.west > segment.east) break
      if (areInConflict(segment, candidate)) return candidate.from
    }
  }
  return undefined
}
