import { createChance } from './chance.ts'
import { numberedId } from './make-catalogue.ts'

export interface MadePoint {
  lat: number
  lng: number
}

export interface MadeStore {
  id: string
  code: string
  point: MadePoint
  /** Outer ring of its service area, closed, longitude first. */
  ring: [lng: number, lat: number][]
}

const seed = 560_001
const storesPerCity = 25
const kmPerDegree = 111.2

/** A point so many kilometres away. */
const away = ({ lat, lng }: MadePoint, eastKm: number, northKm: number): MadePoint => ({
  lat: lat + northKm / kmPerDegree,
  lng: lng + eastKm / (kmPerDegree * Math.cos((lat * Math.PI) / 180)),
})

/**
 * So many stores, always the same: 25 in each city on a grid 3 km wide, each with an uneven area of 24 corners some 2 km
 * around it, which overlaps with its neighbours'.
 */
export function makeStores(count: number): MadeStore[] {
  const chance = createChance(seed)
  return Array.from({ length: count }, (_, at) => {
    const city = Math.floor(at / storesPerCity)
    const place = at % storesPerCity
    const centre = { lat: 10 + (city % 8) * 2.2, lng: 73 + Math.floor(city / 8) * 1.6 }
    const point = away(centre, 3 * (place % 5), 3 * Math.floor(place / 5))
    const corners = 24
    const ring = Array.from({ length: corners }, (_, corner): [number, number] => {
      const angle = (2 * Math.PI * corner) / corners
      const km = 1.4 + 1.2 * chance.next()
      const { lat, lng } = away(point, km * Math.cos(angle), km * Math.sin(angle))
      return [lng, lat]
    })
    return { id: numberedId('sto', at + 1), code: `BENCH-${at + 1}`, point, ring: [...ring, ring[0] ?? [0, 0]] }
  })
}

/** Where people ask from: mostly around a store, one in ten at a place that nobody serves. */
export function makePoints(stores: readonly MadeStore[], count: number): MadePoint[] {
  const chance = createChance(seed + 1)
  return Array.from({ length: count }, () => {
    if (chance.next() < 0.1) return { lat: 8 + 20 * chance.next(), lng: 70 + 15 * chance.next() }
    const { point } = chance.pick(stores)
    return away(point, 3 * chance.next() - 1.5, 3 * chance.next() - 1.5)
  })
}
