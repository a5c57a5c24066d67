import { Type } from 'typebox'
import { orNull } from '../../platform/http/shapes.ts'
import { pauseReasons } from './dark-store.ts'

const success = Type.Literal(true)
const store = Type.Object({ id: Type.String(), code: Type.String(), name: Type.String() })
const outcome = <const Name extends string>(name: Name, description: string) => Type.Literal(name, { description })

export const ServiceabilityQuery = Type.Object({
  lat: Type.String({ description: 'Latitude, -90 to 90.', examples: ['12.9784'] }),
  lng: Type.String({ description: 'Longitude, -180 to 180.', examples: ['77.6408'] }),
})

export const ServiceabilityView = Type.Union(
  [
    Type.Object({
      success,
      outcome: outcome('serviceable', 'The store delivers now.'),
      store,
      etaMinutes: Type.Integer({ description: 'From the order to the door.' }),
      minimumOrderPaise: Type.Integer(),
    }),
    Type.Object({
      success,
      outcome: outcome('paused', 'The store takes no orders for the moment.'),
      store,
      reason: Type.String({ enum: [...pauseReasons] }),
    }),
    Type.Object({
      success,
      outcome: outcome('store_closed', 'The store is closed.'),
      store,
      opensAt: orNull(Type.String({ format: 'date-time', description: 'Null where nobody can say.' })),
    }),
    Type.Object({
      success,
      outcome: outcome('not_covered', 'No store delivers there.'),
      hint: Type.Optional(Type.String({ description: 'What may be wrong with the point.' })),
    }),
  ],
  { title: 'Serviceability' },
)
