import { Type } from 'typebox'
import { neededHeader } from '../../platform/http/describe-parameters.ts'
import { nextCursor, pageQuery } from '../../platform/http/pagination.ts'
import { aDay, idOf, orNull, plainText } from '../../platform/http/shapes.ts'
import { pauseReasons, storeStatuses } from './dark-store.ts'
import { weekdays } from './opening-hours.ts'

const time = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$', examples: ['06:30'] })

const DayHours = Type.Union(
  [
    Type.Literal('24h'),
    Type.Literal('closed'),
    Type.Array(Type.Object({ opens: time, closes: time }), { maxItems: 6 }),
  ],
  {
    title: 'DayHours',
    description: 'An interval that closes at or before it opens runs over midnight; only the last of a day may.',
  },
)

const Exception = Type.Object(
  {
    date: aDay('In India.'),
    hours: DayHours,
    note: Type.Optional(plainText(120, 'Why, such as Republic Day.')),
  },
  { title: 'DayException' },
)

const week = Type.Object(Object.fromEntries(weekdays.map((weekday) => [weekday, DayHours])), { title: 'WeekHours' })
const exceptions = Type.Array(Exception, { maxItems: 100, description: 'Days that are not as their weekday says.' })
const hoursDescription = 'In Indian time. A day has the intervals that open on it, also where they end on the next.'

const HoursBody = Type.Object(
  { week, exceptions: Type.Optional(exceptions) },
  { title: 'NewOpeningHours', description: hoursDescription },
)
const HoursView = Type.Object({ week, exceptions }, { title: 'OpeningHours', description: hoursDescription })

const ServiceArea = Type.Object(
  {
    type: Type.String({ enum: ['Polygon', 'MultiPolygon'] }),
    coordinates: Type.Array(Type.Unknown(), {
      description: 'As in GeoJSON, longitude first. At most 2,000 positions and 500 km², no crossing lines.',
    }),
  },
  { title: 'ServiceArea', description: 'Where it delivers: a GeoJSON geometry in India.' },
)

const point = Type.Object(
  { lat: Type.Number({ minimum: 6, maximum: 37.6 }), lng: Type.Number({ minimum: 68, maximum: 97.6 }) },
  { description: 'Where riders start from, in India.' },
)

const status = Type.String({
  enum: [...storeStatuses],
  description: '`open` is by its hours; `closed` is until further notice.',
})
const reason = Type.String({ enum: [...pauseReasons] })

const content = {
  code: Type.String({
    pattern: '^[A-Z0-9][A-Z0-9-]{1,19}$',
    examples: ['BLR-IND'],
    description: 'What files call it.',
  }),
  name: plainText(80, 'What customers call it.'),
  city: plainText(80, 'The city.'),
  addressLines: Type.Array(plainText(120, 'Building, street, locality.'), { minItems: 1, maxItems: 4 }),
  pincode: Type.String({ pattern: '^[1-9][0-9]{5}$', examples: ['560038'] }),
  point,
  minimumOrderPaise: Type.Integer({ minimum: 0, maximum: 10_000_000 }),
  pickMinutes: Type.Integer({ minimum: 1, maximum: 60, description: 'To pick and pack an order.' }),
  handoverMinutes: Type.Integer({ minimum: 0, maximum: 30, description: 'To hand it over at the door.' }),
  pickCapacity: Type.Integer({ minimum: 1, maximum: 1000, description: 'How many orders are picked at once.' }),
}

const pauseReason = Type.Optional(orNull(reason))

export const NewStoreBody = Type.Object(
  {
    ...content,
    status: Type.Optional(status),
    pauseReason,
    hours: HoursBody,
    serviceArea: ServiceArea,
  },
  { additionalProperties: false },
)

export const ChangeStoreBody = Type.Object(
  {
    ...Type.Partial(Type.Object(content)).properties,
    status: Type.Optional(status),
    pauseReason,
    hours: Type.Optional(HoursBody),
    serviceArea: Type.Optional(ServiceArea),
    archived: Type.Optional(Type.Literal(false, { description: 'Brings an archived store back.' })),
  },
  { additionalProperties: false, minProperties: 1 },
)

const instant = Type.String({ format: 'date-time' })
const listed = {
  id: Type.String(),
  ...content,
  status,
  pauseReason: orNull(reason),
  hours: HoursView,
  version: Type.Integer(),
  createdAt: instant,
  updatedAt: instant,
  archivedAt: orNull(instant),
}

export const OneStore = Type.Object({
  success: Type.Literal(true),
  store: Type.Object({ ...listed, serviceArea: ServiceArea }, { title: 'Store' }),
})
export const Stores = Type.Object({
  success: Type.Literal(true),
  stores: Type.Array(Type.Object(listed, { title: 'StoreSummary' })),
  nextCursor,
})

export const StoreParams = Type.Object({ id: idOf('sto', 'Of the store.') })
export const StoresQuery = Type.Object({
  city: Type.Optional(plainText(80, 'Only of this city.')),
  status: Type.Optional(status),
  archived: Type.Optional(
    Type.String({ enum: ['true', 'false'], description: 'The archived ones in place of the others.' }),
  ),
  ...pageQuery,
})
export const IfMatchHeaders = Type.Object({
  'if-match': neededHeader({ description: 'The ETag of the version that is changed.' }),
})
export const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      description: 'The same request with the same key is done once; later it gets the first answer, for 24 h.',
    }),
  ),
})
