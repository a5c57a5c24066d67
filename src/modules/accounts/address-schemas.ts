import { Type } from 'typebox'
import { idOf, orNull, plainText } from '../../platform/http/shapes.ts'

const point = Type.Object({
  lat: Type.Number({ minimum: -90, maximum: 90 }),
  lng: Type.Number({ minimum: -180, maximum: 180 }),
})

const label = plainText(40, 'What the customer calls it, such as Home.')
const lines = Type.Array(plainText(120, 'House, street, locality.'), { minItems: 1, maxItems: 4 })
const pincode = Type.String({ pattern: '^[1-9][0-9]{5}$', examples: ['560001'] })
const landmark = Type.Optional(orNull(plainText(120, 'What is near it.')))
const instructions = Type.Optional(orNull(plainText(300, 'For whoever delivers.')))
const where = Type.Optional(orNull(point))

export const NewAddressBody = Type.Object(
  {
    label,
    lines,
    landmark,
    pincode,
    point: where,
    instructions,
    isDefault: Type.Optional(Type.Boolean({ description: 'The first address is the default in any case.' })),
  },
  { additionalProperties: false },
)

export const ChangeAddressBody = Type.Object(
  {
    label: Type.Optional(label),
    lines: Type.Optional(lines),
    landmark,
    pincode: Type.Optional(pincode),
    point: where,
    instructions,
    isDefault: Type.Optional(
      Type.Literal(true, { description: 'Makes it the default in the place of the one so far.' }),
    ),
  },
  { additionalProperties: false },
)

const AddressView = Type.Object(
  {
    id: Type.String(),
    label: Type.String(),
    lines: Type.Array(Type.String()),
    landmark: orNull(Type.String()),
    pincode: Type.String(),
    point: orNull(point),
    instructions: orNull(Type.String()),
    isDefault: Type.Boolean(),
  },
  { title: 'Address' },
)

export const OneAddress = Type.Object({ success: Type.Literal(true), address: AddressView })
export const Addresses = Type.Object({ success: Type.Literal(true), addresses: Type.Array(AddressView) })
export const AddressParams = Type.Object({ id: idOf('adr', 'Of the address.') })
