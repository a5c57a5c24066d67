import type { Problem } from '../../platform/http/problem.ts'
import { cellsOf } from './area-cells.ts'
import type { Point, ServiceArea } from './dark-store.ts'
import type { Hours } from './opening-hours.ts'
import { kmOutside, mostKmOutside } from './point-distance.ts'
import { readHours } from './read-hours.ts'
import { readServiceArea } from './service-area.ts'
import { storeProblems } from './store-problems.ts'
import type { PreparedArea } from './store-queries.ts'

export const hoursRefused = (faults: readonly string[]): Problem =>
  storeProblems.hoursInvalid({ message: `The hours cannot be used: ${faults.join('; ')}`, faults })

export const areaRefused = (faults: readonly string[]): Problem =>
  storeProblems.areaInvalid({ message: `The service area cannot be used: ${faults.join('; ')}`, faults })

/** @throws store.hours_invalid, which says what is wrong */
export function hoursOf(submitted: unknown): Hours {
  const read = readHours(submitted)
  if ('faults' in read) throw hoursRefused(read.faults)
  return read.hours
}

/** @throws store.area_invalid, which says what is wrong */
export function areaOf(submitted: unknown): PreparedArea {
  const read = readServiceArea(submitted)
  if ('faults' in read) throw areaRefused(read.faults)
  return { area: read.area, cells: cellsOf(read.area) }
}

/** @throws store.invalid, which names the distance, when a store would be far from where it delivers */
export function requireNear(point: Point, area: ServiceArea): void {
  const km = kmOutside(point, area)
  if (km <= mostKmOutside) return
  const fault = `point is ${km.toFixed(1)} km outside of the serviceArea; at most ${mostKmOutside} km are possible`
  throw storeProblems.invalid({ message: `The store cannot be saved: ${fault}`, faults: [fault] })
}
