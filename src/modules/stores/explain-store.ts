import { Value } from 'typebox/value'
import { isPlain } from '../../platform/http/explain-malformed.ts'
import { httpProblems } from '../../platform/http/http-problems.ts'
import type { Problem } from '../../platform/http/problem.ts'
import type { Point } from './dark-store.ts'
import { swappedHint } from './india.ts'
import { areaRefused, hoursRefused } from './read-content.ts'
import { readHours } from './read-hours.ts'
import { readServiceArea } from './service-area.ts'
import { storeProblems } from './store-problems.ts'
import { ChangeStoreBody, NewStoreBody } from './store-schemas.ts'

/** What a field must be. Hours and area say for themselves what is wrong with them. */
const demands = {
  code: 'must be 2 to 20 capital letters, digits and hyphens, such as BLR-IND',
  name: 'must be a text of 1 to 80 characters on one line',
  city: 'must be a text of 1 to 80 characters on one line',
  addressLines: 'must be a list of 1 to 4 lines of 1 to 120 characters',
  pincode: 'must be a text of six digits that does not begin with 0',
  point: 'must be {"lat": …, "lng": …}, numbers that lie in India',
  minimumOrderPaise: 'must be a whole number from 0 to 10000000',
  pickMinutes: 'must be a whole number from 1 to 60',
  handoverMinutes: 'must be a whole number from 0 to 30',
  pickCapacity: 'must be a whole number from 1 to 1000',
  status: 'must be open, paused or closed',
  pauseReason: 'must be rain, noRiders, overload, other or null',
  archived: 'must be false: a store is archived with DELETE',
  hours: 'is missing',
  serviceArea: 'is missing',
} as const

const mostNamed = 20

type Field = keyof typeof demands

const saysForItself = (field: Field): boolean => field === 'hours' || field === 'serviceArea'

const isSwapped = (point: unknown): boolean => {
  const { lat, lng } = (point ?? {}) as Partial<Point>
  return typeof lat === 'number' && typeof lng === 'number' && swappedHint({ lat, lng }) !== undefined
}

function faultsOf(schema: typeof NewStoreBody | typeof ChangeStoreBody, body: Record<string, unknown>): string[] {
  const required: readonly string[] = 'required' in schema ? (schema.required as string[]) : []
  const unknown = Object.keys(body).filter((name) => !Object.hasOwn(schema.properties, name))
  const wrong = (Object.keys(demands) as Field[]).flatMap((field) => {
    const property = (schema.properties as Record<string, object>)[field]
    const value = body[field]
    if (value === undefined) return required.includes(field) ? [`${field} is missing`] : []
    if (!property || saysForItself(field) || Value.Check(property, value)) return []
    const hint = field === 'point' && isSwapped(value) ? '. Are lat and lng swapped?' : ''
    return [`${field} ${demands[field]}${hint}`]
  })
  return [...wrong, ...unknown.map((name) => `${isPlain(name) ? name : 'a field'} is not known`)].slice(0, mostNamed)
}

/** What is wrong with a body that does not fit: of all fields, or else of the hours, or else of the area. */
const explain =
  (schema: typeof NewStoreBody | typeof ChangeStoreBody) =>
  (submitted: unknown): Problem => {
    if (typeof submitted !== 'object' || submitted === null || Array.isArray(submitted)) return httpProblems.malformed()
    const body = submitted as Record<string, unknown>
    const faults = faultsOf(schema, body)
    if (faults.length > 0)
      return storeProblems.invalid({ message: `The store cannot be saved: ${faults.join('; ')}`, faults })
    const { hours, serviceArea } = body
    const read = hours === undefined ? undefined : readHours(hours)
    if (read && 'faults' in read) return hoursRefused(read.faults)
    const area = serviceArea === undefined ? undefined : readServiceArea(serviceArea)
    return area && 'faults' in area ? areaRefused(area.faults) : httpProblems.malformed()
  }

export const explainNewStore = explain(NewStoreBody)
export const explainStoreChange = explain(ChangeStoreBody)
