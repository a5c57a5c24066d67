import { booleanPointInPolygon } from '@turf/boolean-point-in-polygon'
import type { Point, Position, ServiceArea } from './dark-store.ts'
import { polygonsOf } from './service-area.ts'

/** How far outside of its area a store may be. Further away, one of the two is a slip. */
export const mostKmOutside = 15

const kmOfDegree = 111.195

/** From the origin to a line between two positions, on a plane. */
function distanceToLine([ax, ay]: Position, [bx, by]: Position): number {
  const [dx, dy] = [bx - ax, by - ay]
  const length = dx * dx + dy * dy
  const share = length === 0 ? 0 : Math.max(0, Math.min(1, -(ax * dx + ay * dy) / length))
  return Math.hypot(ax + share * dx, ay + share * dy)
}

/** How many kilometres lie between a point and an area; none when it is inside. Good to 1 % where a store can be near. */
export function kmOutside({ lat, lng }: Point, area: ServiceArea): number {
  if (booleanPointInPolygon([lng, lat], area)) return 0
  const narrowing = Math.cos((lat * Math.PI) / 180)
  const onPlane = ([x, y]: Position): Position => [(x - lng) * narrowing * kmOfDegree, (y - lat) * kmOfDegree]
  let least = Number.POSITIVE_INFINITY
  for (const ring of polygonsOf(area).flat()) {
    const positions = ring.map(onPlane)
    for (const [at, position] of positions.entries())
      least = Math.min(least, distanceToLine(positions[Math.max(0, at - 1)] ?? position, position))
  }
  return least
}
