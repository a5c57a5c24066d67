import type { Point } from './dark-store.ts'

/** What a promise is made of, besides the way. */
export interface PromiseTerms {
  /** To pick and pack one order. */
  pickMinutes: number
  /** To hand it over at the door. */
  handoverMinutes: number
  /** How many orders are picked at once. */
  pickCapacity: number
}

/** How busy a store is. */
export interface Load {
  /** Orders that are picked first. */
  ordersAhead: number
  riderWaitMinutes: number
}

const noLoad: Load = { ordersAhead: 0, riderWaitMinutes: 0 }

const riderKmPerHour = 15
/** A way by road is longer than the straight line: 1.2 to 1.5 times in cities, the shorter the way the more. */
const detourFactor = 1.4
const earthRadiusKm = 6371.0088

const radians = (degrees: number): number => (degrees * Math.PI) / 180

/** Along a great circle. */
export function straightKm(a: Point, b: Point): number {
  const half = (from: number, to: number): number => Math.sin(radians(to - from) / 2) ** 2
  const chord = half(a.lat, b.lat) + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * half(a.lng, b.lng)
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(chord)))
}

const rideMinutes = (from: Point, to: Point): number => ((straightKm(from, to) * detourFactor) / riderKmPerHour) * 60

/** Until an order that comes now is packed: orders are picked in rounds of as many as the store has capacity for. */
const packedAfterMinutes = ({ pickMinutes, pickCapacity }: PromiseTerms, { ordersAhead }: Load): number =>
  pickMinutes * (Math.floor(ordersAhead / pickCapacity) + 1)

/**
 * Whole minutes from the order to the door. Picking and the wait for a rider run side by side: the longer counts. An
 * estimate that is just over a minute is the next, so that nothing is promised too early.
 */
export function etaMinutes(terms: PromiseTerms & { point: Point }, to: Point, load: Load = noLoad): number {
  const atStore = Math.max(packedAfterMinutes(terms, load), load.riderWaitMinutes)
  return Math.ceil(atStore + rideMinutes(terms.point, to) + terms.handoverMinutes)
}
