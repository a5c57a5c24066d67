import type { Point } from './dark-store.ts'

/** A box around India with its islands. Latitudes in it are never longitudes in it, so that swapped ones can be told. */
const box = { south: 6, north: 37.6, west: 68, east: 97.6 }

export const isInIndia = ({ lat, lng }: Point): boolean =>
  lat >= box.south && lat <= box.north && lng >= box.west && lng <= box.east

/** What to say of a point outside India that would be inside the other way round. */
export const swappedHint = ({ lat, lng }: Point): string | undefined =>
  isInIndia({ lat: lng, lng: lat }) ? 'Are latitude and longitude swapped? GeoJSON has the longitude first' : undefined
