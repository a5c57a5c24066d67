import { Type } from 'typebox'
import { idOf, orNull, plainText } from '../../platform/http/shapes.ts'
import { BillView } from '../pricing/index.ts'
import { longestCode, longestInstructions, mostLines, mostTipPaise, mostUnits } from './cart-contents.ts'

const text = Type.String()
const paise = Type.Integer()
const closed = { additionalProperties: false }
const storeId = idOf('sto', 'Of the store.')

export const CartHeaders = Type.Object({
  'x-cart-token': Type.Optional(
    Type.String({
      description: 'The handle of a guest’s cart, from `cartToken`. One that is none of ours, or dead, opens no cart.',
    }),
  ),
})

export const LineParams = Type.Object({ variantId: idOf('var', 'Of the variant.') })
export const LineBody = Type.Object(
  {
    quantity: Type.Integer({ minimum: 0, maximum: mostUnits, description: '0 takes the line out.' }),
    storeId: Type.Optional({ ...storeId, description: 'Binds a cart that has no store yet.' }),
  },
  closed,
)

const point = Type.Object({
  lat: Type.Number({ minimum: -90, maximum: 90 }),
  lng: Type.Number({ minimum: -180, maximum: 180 }),
})
const pincode = Type.Optional(Type.String({ pattern: '^[1-9][0-9]{5}$', examples: ['560038'] }))
const addressId = idOf('adr', 'One of my addresses.')
export const PlaceBody = Type.Union([Type.Object({ addressId }, closed), Type.Object({ point, pincode }, closed)])

const code = orNull(plainText(longestCode, 'As the customer typed it.'))
const tipPaise = Type.Integer({ minimum: 0, maximum: mostTipPaise })
const instructions = orNull(plainText(longestInstructions, 'For whoever delivers.'))
export const CouponBody = Type.Object({ code }, closed)
export const TipBody = Type.Object({ tipPaise }, closed)
export const InstructionsBody = Type.Object({ text: instructions }, closed)

const wantedLine = Type.Object(
  { variantId: LineParams.properties.variantId, quantity: Type.Integer({ minimum: 1, maximum: mostUnits }) },
  closed,
)
export const CartBody = Type.Object(
  {
    lines: Type.Array(wantedLine, { maxItems: mostLines, description: 'Each variant once.' }),
    storeId: Type.Optional({ ...storeId, description: 'The store, unless the place that is said has another.' }),
    addressId: Type.Optional({ ...orNull(addressId), description: 'One of my addresses, or null: no place at all.' }),
    point: Type.Optional({ ...point, description: 'Where somebody is, in the place of an address.' }),
    pincode,
    couponCode: Type.Optional(code),
    tipPaise: Type.Optional(orNull(tipPaise)),
    instructions: Type.Optional(instructions),
  },
  closed,
)

const notice = Type.Object(
  {
    kind: Type.String({ enum: ['priceChanged', 'short', 'atMaximum', 'notSold'] }),
    message: text,
    fromPaise: Type.Optional(Type.Integer({ description: 'Of `priceChanged`: when the line was last set.' })),
    toPaise: Type.Optional(paise),
    wanted: Type.Optional(Type.Integer({ description: 'Of `short`.' })),
    available: Type.Optional(Type.Integer()),
    maxPerOrder: Type.Optional(Type.Integer({ description: 'Of `atMaximum`.' })),
  },
  {
    title: 'CartNotice',
    description: 'A change of price is told until the line is set again, to the same quantity or another.',
  },
)

const line = Type.Object(
  {
    variantId: text,
    productId: orNull(text),
    name: orNull(text),
    brand: orNull(text),
    pack: orNull(text),
    imageUrl: orNull(text),
    quantity: Type.Integer(),
    mrpPaise: orNull(paise),
    pricePaise: orNull(Type.Integer({ description: 'Null of what is not sold, which is not in the bill.' })),
    totalPaise: orNull(paise),
    notices: Type.Array(notice),
  },
  { title: 'CartLine' },
)

const blocker = Type.Object(
  {
    kind: Type.String({
      enum: [
        'linesNotSold',
        'linesShort',
        'linesAboveMaximum',
        'empty',
        'addressMissing',
        'notServiceable',
        'belowMinimum',
        'notPayable',
      ],
    }),
    message: text,
    variantIds: Type.Optional(Type.Array(text)),
    outcome: Type.Optional(Type.String({ enum: ['paused', 'store_closed', 'not_covered'] })),
    minimumOrderPaise: Type.Optional(paise),
    missingPaise: Type.Optional(paise),
  },
  { title: 'CartBlocker' },
)

const place = Type.Object(
  {
    id: orNull(Type.String({ description: 'Null of a place that is no address.' })),
    label: orNull(text),
    lines: orNull(Type.Array(text)),
    landmark: orNull(text),
    pincode: orNull(text),
    point,
  },
  { title: 'CartPlace' },
)

const serviceability = Type.Object(
  {
    outcome: Type.String({ enum: ['serviceable', 'paused', 'store_closed', 'not_covered'] }),
    store: Type.Optional(Type.Object({ id: text, code: text, name: text })),
    etaMinutes: Type.Optional(Type.Integer({ description: 'From the order to the door.' })),
    minimumOrderPaise: Type.Optional(paise),
    reason: Type.Optional(text),
    opensAt: Type.Optional(orNull(Type.String({ format: 'date-time', description: 'Null where nobody can say.' }))),
  },
  { title: 'CartServiceability' },
)

const coupon = Type.Object(
  {
    code: text,
    outcome: Type.String({
      enum: ['applied', 'refused', 'waiting'],
      description: '`waiting`: nothing is in the cart.',
    }),
    discountPaise: Type.Optional(paise),
    reason: Type.Optional(text),
    message: Type.Optional(text),
  },
  { title: 'CartCoupon' },
)

const CartShape = Type.Object(
  {
    id: orNull(Type.String({ description: 'Null while nothing was put into it.' })),
    storeId: orNull(text),
    address: orNull(place),
    serviceability: orNull(serviceability),
    lines: Type.Array(line, { description: 'In the order in which they were added.' }),
    bill: orNull({ ...BillView, description: 'Null while there is nothing to be paid for.' }),
    coupon: orNull(coupon),
    tipPaise: paise,
    instructions: orNull(text),
    minimumOrderPaise: orNull(Type.Integer({ description: 'Null while no store can be asked to deliver.' })),
    paymentMethods: orNull(
      Type.Array(
        Type.Object(
          {
            id: text,
            title: text,
            leastPaise: Type.Integer({ description: 'Smallest order that may be paid so.' }),
            mostPaise: orNull(Type.Integer({ description: 'Largest order that may be paid so.' })),
            isOpen: Type.Boolean({ description: 'Whether an order of this cart may be.' }),
          },
          { title: 'CartPaymentMethod' },
        ),
        { description: 'Null while there is nothing to be paid for.' },
      ),
    ),
    canOrder: Type.Boolean(),
    blockers: Type.Array(blocker, { description: 'Everything that stands in the way of an order.' }),
  },
  { title: 'Cart' },
)

export const CartAnswer = Type.Object(
  {
    success: Type.Literal(true),
    cart: CartShape,
    cartToken: Type.Optional(
      orNull(
        Type.String({
          description:
            'A guest’s handle to keep and send as `X-Cart-Token`, when there is a new one. Null: the one that was sent opens no cart any more.',
        }),
      ),
    ),
  },
  { title: 'CartAnswer' },
)
