import { area as squareMetres } from '@turf/area'
import { booleanPointInPolygon } from '@turf/boolean-point-in-polygon'
import type { Position, Ring, ServiceArea } from './dark-store.ts'
import { isInIndia, swappedHint } from './india.ts'
import { firstCrossing } from './ring-crossing.ts'

const mostVertices = 2000
const mostSquareKm = 500
const mostFaults = 5

type Read<T> = { value: T } | { fault: string }

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

function readPosition(value: unknown, where: string): Read<Position> {
  if (!Array.isArray(value) || value.length < 2 || value.length > 3 || !value.every(isNumber))
    return { fault: `${where} is not a position: it must be [longitude, latitude]` }
  const [lng, lat] = value as Position
  if (isInIndia({ lat, lng })) return { value: [lng, lat] }
  const hint = swappedHint({ lat, lng })
  return { fault: `${where} is [${lng}, ${lat}], which is not in India${hint ? `. ${hint}` : ''}` }
}

/** A ring without the repetitions that drawing programs leave in it. */
function readRing(value: unknown, where: string): Read<Ring> {
  if (!Array.isArray(value)) return { fault: `${where} must be a list of positions` }
  const ring: Ring = []
  for (const [at, each] of value.entries()) {
    const read = readPosition(each, `position ${at + 1} of ${where}`)
    if ('fault' in read) return read
    const [lng, lat] = read.value
    const last = ring.at(-1)
    if (last?.[0] !== lng || last[1] !== lat) ring.push(read.value)
  }
  const [first, last] = [ring[0], ring.at(-1)]
  if (ring.length > 1 && (first?.[0] !== last?.[0] || first?.[1] !== last?.[1]))
    return { fault: `${where} is not closed: its last position must be its first` }
  if (ring.length >= 4) return { value: ring }
  const count = ring.length === 1 ? '1 position' : `${ring.length} positions`
  return {
    fault: `${where} has ${count} that differ from the one before; at least 4 are needed, the last being the first`,
  }
}

function readPolygon(value: unknown, part: string, faults: string[]): Ring[] {
  if (!Array.isArray(value) || value.length === 0) {
    faults.push(`${part || 'the polygon'} must be a list of rings: the outline, then its holes`)
    return []
  }
  const read = value.map((ring, at) => readRing(ring, `${part && `${part}, `}ring ${at + 1}`))
  for (const each of read) if ('fault' in each) faults.push(each.fault)
  return read.flatMap((each) => ('value' in each ? [each.value] : []))
}

const isInside = ([position]: Ring, ring: Ring): boolean =>
  position !== undefined && booleanPointInPolygon(position, { type: 'Polygon', coordinates: [ring] })

/** What is wrong with the holes of a polygon whose rings neither cross nor touch. */
function holeFault([outline = [], ...holes]: Ring[], part: string): string | undefined {
  const where = (at: number) => `${part && `${part}, `}ring ${at + 2}`
  for (const [at, hole] of holes.entries()) {
    if (!isInside(hole, outline)) return `${where(at)} is a hole outside the outline`
    if (holes.some((other) => other !== hole && isInside(hole, other))) return `${where(at)} is a hole within a hole`
  }
  return undefined
}

/** Positions in whatever was submitted, without looking at them. */
const countPositions = (value: unknown, depth: number): number =>
  !Array.isArray(value)
    ? 0
    : depth === 0
      ? value.length
      : value.reduce((sum, each) => sum + countPositions(each, depth - 1), 0)

function read(type: ServiceArea['type'], coordinates: unknown): { area: ServiceArea } | { faults: string[] } {
  const faults: string[] = []
  if (type === 'Polygon') {
    const rings = readPolygon(coordinates, '', faults)
    return faults.length > 0 ? { faults } : { area: { type, coordinates: rings } }
  }
  if (!Array.isArray(coordinates) || coordinates.length === 0)
    return { faults: ['coordinates must be a list of polygons'] }
  const polygons = coordinates.map((each, at) => readPolygon(each, `part ${at + 1}`, faults))
  return faults.length > 0 ? { faults } : { area: { type, coordinates: polygons } }
}

export const polygonsOf = (area: ServiceArea): Ring[][] =>
  area.type === 'Polygon' ? [area.coordinates] : area.coordinates

function faultOf(area: ServiceArea): string | undefined {
  const polygons = polygonsOf(area)
  const crossing = firstCrossing(polygons.flat())
  if (crossing) return `the outline crosses or touches itself or another near [${crossing.join(', ')}]`
  const holes = polygons.map((rings, at) => holeFault(rings, area.type === 'Polygon' ? '' : `part ${at + 1}`))
  const squareKm = squareMetres(area) / 1e6
  return (
    holes.find((fault) => fault !== undefined) ??
    (squareKm > mostSquareKm
      ? `it covers ${Math.round(squareKm).toLocaleString('en')} km²; at most ${mostSquareKm} km² are possible`
      : undefined)
  )
}

/**
 * The service area that somebody submitted, a GeoJSON Polygon or MultiPolygon, without altitudes and repeated positions;
 * or what is wrong with it, a sentence for each fault, five at most. Lines are straight in longitude and latitude.
 */
export function readServiceArea(value: unknown): { area: ServiceArea } | { faults: readonly string[] } {
  const { type, coordinates } = (value ?? {}) as { type?: unknown; coordinates?: unknown }
  if (type === 'Feature' || type === 'FeatureCollection')
    return { faults: [`it must be a Polygon or MultiPolygon, not a ${type}: send only its geometry`] }
  if (type !== 'Polygon' && type !== 'MultiPolygon') return { faults: ['its type must be Polygon or MultiPolygon'] }
  const vertices = countPositions(coordinates, type === 'Polygon' ? 1 : 2)
  if (vertices > mostVertices)
    return {
      faults: [
        `it has ${vertices.toLocaleString('en')} positions; at most ${mostVertices.toLocaleString('en')} are possible`,
      ],
    }
  const outcome = read(type, coordinates)
  if ('faults' in outcome) return { faults: outcome.faults.slice(0, mostFaults) }
  const fault = faultOf(outcome.area)
  return fault === undefined ? outcome : { faults: [fault] }
}
