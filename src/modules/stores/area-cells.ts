import { booleanPointInPolygon } from '@turf/boolean-point-in-polygon'
import { latLngToCell, POLYGON_TO_CELLS_FLAGS, polygonToCellsExperimental } from 'h3-js'
import type { Point, Ring, ServiceArea } from './dark-store.ts'
import { polygonsOf } from './service-area.ts'

/** Hexagons of some 0.1 km², 350 m across: a service area has hundreds of them. */
const resolution = 9

/** A service area in cells of one grid. Inside an inner cell everything is covered, on a border cell the area decides. */
export interface AreaCells {
  inner: string[]
  border: string[]
}

export const cellAt = ({ lat, lng }: Point): string => latLngToCell(lat, lng, resolution)

const { containmentFull, containmentOverlapping } = POLYGON_TO_CELLS_FLAGS

const within = (ring: Ring): string[] => polygonToCellsExperimental([ring], resolution, containmentFull, true)
const touchedBy = (ring: Ring): string[] => polygonToCellsExperimental([ring], resolution, containmentOverlapping, true)

/**
 * The cells of a service area. Sides of cells are taken for straight in longitude and latitude as those of the area are,
 * which is true to within a millimetre.
 */
export function cellsOf(area: ServiceArea): AreaCells {
  const inner = new Set<string>()
  const touched = new Set<string>()
  // Ring by ring: h3-js 4.5 leaves out an overlapping cell when the middle of it is in a hole that lies all within it.
  for (const [outline = [], ...holes] of polygonsOf(area)) {
    const pierced = new Set(holes.flatMap(touchedBy))
    const empty = new Set(holes.flatMap(within))
    for (const cell of within(outline)) if (!pierced.has(cell)) inner.add(cell)
    for (const cell of touchedBy(outline)) if (!empty.has(cell)) touched.add(cell)
  }
  return { inner: [...inner].sort(), border: [...touched].filter((cell) => !inner.has(cell)).sort() }
}

/** Whether a point is in a service area or on its outline. */
export const covers = (area: ServiceArea, { lat, lng }: Point): boolean => booleanPointInPolygon([lng, lat], area)
