import { Type } from 'typebox'
import { neededHeader } from '../../platform/http/describe-parameters.ts'
import { nextCursor, pageQuery } from '../../platform/http/pagination.ts'
import { idOf, orNull, plainText } from '../../platform/http/shapes.ts'
import { BillView } from '../pricing/index.ts'
import { orderStatuses } from './order-status.ts'

const text = Type.String()
const paise = Type.Integer()
const time = Type.String({ format: 'date-time' })
const closed = { additionalProperties: false }

export const OrderParams = Type.Object({ orderId: idOf('ord', 'Of the order.') })
export const StoreParams = Type.Object({ storeId: idOf('sto', 'Of the store.') })
export const OrdersQuery = Type.Object(pageQuery)
export const StoreOrdersQuery = Type.Object({
  status: Type.Optional(
    Type.String({ enum: [...orderStatuses, 'open'], description: '`open`: all that have not ended.' }),
  ),
  ...pageQuery,
})

export const KeyHeaders = Type.Object({
  'idempotency-key': neededHeader({
    description: 'With the same key, for a day, there is one order, which is answered again as it is by then.',
  }),
})

const method = Type.String({ minLength: 1, maxLength: 40, description: 'An id of `GET /api/payment-methods`.' })

export const PlaceBody = Type.Object(
  {
    expectedTotalPaise: Type.Integer({
      minimum: 0,
      description: "What the customer has seen: the cart's `toPayPaise`.",
    }),
    paymentMethod: method,
  },
  closed,
)
export const PayBody = Type.Object({ paymentMethod: Type.Optional(method) }, closed)
const reason = plainText(200, 'Why, for the customer and whoever looks later.')
export const CancelBody = Type.Object({ reason: Type.Optional(reason) }, closed)
export const PackBody = Type.Object(
  {
    lines: Type.Optional(
      Type.Array(
        Type.Object(
          { variantId: idOf('var', 'Of a line.'), foundQuantity: Type.Integer({ minimum: 0, maximum: 1_000_000 }) },
          closed,
        ),
        { maxItems: 200, description: 'What was not found in full. Lines that are not here were.' },
      ),
    ),
  },
  closed,
)
export const DispatchBody = Type.Object(
  { riderId: Type.Optional(idOf('usr', 'Who brings it. A rider who takes it along need not say.')) },
  closed,
)
export const DeliverBody = Type.Object(
  {
    code: Type.Optional(Type.String({ pattern: '^[0-9]{4}$', description: 'As the customer tells it.' })),
    cashCollectedPaise: Type.Optional(Type.Integer({ minimum: 0, description: 'Exactly what is due.' })),
    overrideReason: Type.Optional(plainText(200, 'Why without the code. For store managers and admins.')),
  },
  closed,
)
export const FailBody = Type.Object({ reason }, closed)

const line = Type.Object(
  {
    variantId: text,
    sku: text,
    name: text,
    pack: text,
    imageUrl: orNull(text),
    hsnCode: text,
    gstBasisPoints: Type.Integer({ description: 'Hundredths of a per cent; 0 where the bill names no tax.' }),
    quantity: Type.Integer(),
    foundQuantity: Type.Integer({ description: 'Until it is packed, what was ordered.' }),
    mrpPaise: paise,
    pricePaise: paise,
  },
  { title: 'OrderLine' },
)

const order = {
  id: text,
  storeId: text,
  status: Type.String({ enum: [...orderStatuses] }),
  paymentMethod: text,
  lines: Type.Array(line),
  bill: { ...BillView, description: 'Of what was ordered and, once it is packed, of what was found.' },
  totalPaise: Type.Integer({ description: 'To be paid, or paid: what the bill comes to.' }),
  riderId: orNull(text),
  cancelReason: orNull(text),
  promisedAt: orNull(time),
  payUntil: orNull(Type.String({ format: 'date-time', description: 'Until then the stock is held for a payment.' })),
  createdAt: time,
  placedAt: orNull(time),
  deliveredAt: orNull(time),
}
const OrderView = Type.Object(order, { title: 'Order' })
const payment = { id: text, method: text, status: text, amountPaise: paise }

const PaymentToMake = Type.Object(
  {
    ...payment,
    client: orNull(
      Type.Object(
        {},
        {
          additionalProperties: true,
          description:
            "For the provider's own checkout. Null for cash, and while the provider cannot be reached: then ask again.",
        },
      ),
    ),
  },
  { title: 'PaymentToMake' },
)

export const OneOrder = Type.Object({ success: Type.Literal(true), order: OrderView })
export const Orders = Type.Object({ success: Type.Literal(true), orders: Type.Array(OrderView), nextCursor })
export const Placed = Type.Object({ success: Type.Literal(true), order: OrderView, payment: PaymentToMake })
export const Paying = Type.Object({ success: Type.Literal(true), payment: PaymentToMake })

export const DetailedOrder = Type.Object({
  success: Type.Literal(true),
  order: Type.Object(
    {
      ...order,
      address: Type.Object(
        {
          label: orNull(text),
          lines: orNull(Type.Array(text)),
          landmark: orNull(text),
          pincode: text,
          point: orNull(Type.Object({ lat: Type.Number(), lng: Type.Number() })),
          instructions: orNull(text),
        },
        { description: 'Only the pincode for whoever need not go there.' },
      ),
      deliveryCode: orNull(Type.String({ description: 'Only for whose order it is, while it will be asked for.' })),
      needsDeliveryCode: Type.Boolean(),
      payments: Type.Array(Type.Object({ ...payment, receivedPaise: paise, refundedPaise: paise })),
      refunds: Type.Array(Type.Object({ id: text, amountPaise: paise, status: text, reason: text })),
      events: Type.Array(
        Type.Object({
          id: Type.Integer(),
          type: text,
          actor: text,
          at: time,
          details: Type.Object({}, { additionalProperties: true }),
        }),
        { description: 'What happened to it, the first first.' },
      ),
    },
    { title: 'DetailedOrder' },
  ),
})
