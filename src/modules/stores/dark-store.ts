import type { Hours } from './opening-hours.ts'

export interface Point {
  lat: number
  lng: number
}

export const storeStatuses = ['open', 'paused', 'closed'] as const
export type StoreStatus = (typeof storeStatuses)[number]

export const pauseReasons = ['rain', 'noRiders', 'overload', 'other'] as const
export type PauseReason = (typeof pauseReasons)[number]

/** As in GeoJSON: longitude first. */
export type Position = [number, number]
export type Ring = Position[]
export type ServiceArea = { type: 'Polygon'; coordinates: Ring[] } | { type: 'MultiPolygon'; coordinates: Ring[][] }

/** What an operator says of a store, besides where it delivers. */
export interface StoreContent {
  /** What an operator's files call it. */
  code: string
  name: string
  city: string
  addressLines: string[]
  pincode: string
  point: Point
  /** `open` means: by its hours. */
  status: StoreStatus
  /** There while it is paused, and only then. */
  pauseReason: PauseReason | null
  hours: Hours
  minimumOrderPaise: number
  pickMinutes: number
  handoverMinutes: number
  pickCapacity: number
}

/** A small warehouse that people around it are served from. */
export interface DarkStore extends StoreContent {
  id: string
  version: number
  createdAt: Date
  updatedAt: Date
  archivedAt: Date | null
}

export interface DetailedStore extends DarkStore {
  serviceArea: ServiceArea
}

/** What whoever runs a store may change in it; the rest is an admin's. */
export const managersFields: readonly string[] = ['status', 'pauseReason', 'hours']

/** A new status with its reason. It keeps the one it has when it stays paused; any other status has none. */
export function nextStatus(
  before: Pick<StoreContent, 'status' | 'pauseReason'>,
  change: Partial<Pick<StoreContent, 'status' | 'pauseReason'>>,
): Pick<StoreContent, 'status' | 'pauseReason'> | { objection: 'reasonMissing' | 'notPaused' } {
  const status = change.status ?? before.status
  if (status !== 'paused') return change.pauseReason ? { objection: 'notPaused' } : { status, pauseReason: null }
  const pauseReason = change.pauseReason === undefined ? before.pauseReason : change.pauseReason
  return pauseReason === null ? { objection: 'reasonMissing' } : { status, pauseReason }
}
