import { Type } from 'typebox'
import { nextCursor, pageQuery } from '../../platform/http/pagination.ts'
import { idOf, orNull, plainText } from '../../platform/http/shapes.ts'
import { paymentStatuses, refundStatuses } from './payment.ts'

const oneOf = <const T extends string>(values: readonly T[]) => Type.Unsafe<T>(Type.String({ enum: [...values] }))
const time = Type.String({ format: 'date-time' })
const kind = oneOf(['cash', 'online'])

export const Methods = Type.Object({
  success: Type.Literal(true),
  methods: Type.Array(
    Type.Object({
      id: Type.String(),
      title: Type.String(),
      kind,
      leastPaise: Type.Integer({ description: 'Smallest order that may be paid so.' }),
      mostPaise: orNull(Type.Integer({ description: 'Largest order that may be paid so.' })),
    }),
  ),
})

const RefundView = Type.Object(
  {
    id: Type.String(),
    orderId: Type.String(),
    paymentId: Type.String(),
    amountPaise: Type.Integer(),
    status: oneOf(refundStatuses),
    reason: Type.String(),
    createdAt: time,
  },
  { title: 'Refund' },
)

const PaymentView = Type.Object(
  {
    id: Type.String(),
    orderId: Type.String(),
    method: Type.String(),
    kind,
    status: oneOf(paymentStatuses),
    amountPaise: Type.Integer(),
    receivedPaise: Type.Integer({ description: 'What came in.' }),
    refundedPaise: Type.Integer({ description: 'What was given back of it, or is on its way.' }),
    createdAt: time,
  },
  { title: 'Payment' },
)

export const PaymentParams = Type.Object({ paymentId: idOf('pay', 'Of the payment.') })
export const RefundParams = Type.Object({ refundId: idOf('rfd', 'Of the refund.') })
export const StoreParams = Type.Object({ storeId: idOf('sto', 'Of the store.') })

export const OnePayment = Type.Object({ success: Type.Literal(true), payment: PaymentView })
export const PaymentWithRefunds = Type.Object({
  success: Type.Literal(true),
  payment: PaymentView,
  refunds: Type.Array(RefundView),
})
export const OneRefund = Type.Object({ success: Type.Literal(true), refund: RefundView })

export const ReturnBody = Type.Object(
  {
    razorpay_payment_id: Type.Optional(Type.String({ maxLength: 100 })),
    razorpay_order_id: Type.Optional(Type.String({ maxLength: 100 })),
    razorpay_signature: Type.Optional(Type.String({ maxLength: 200 })),
  },
  { description: 'What the checkout of Razorpay hands to its success handler; nothing for other providers.' },
)

export const RefundBody = Type.Object(
  {
    amountPaise: Type.Optional(Type.Integer({ minimum: 1, description: 'How much; all that is left when absent.' })),
    reason: plainText(200, 'Why, for the customer and the books.'),
  },
  { additionalProperties: false },
)

export const RequiredKey = Type.Object({
  'idempotency-key': Type.String({ description: 'The same key and body: the same answer, and one refund.' }),
})

export const MadeRefunds = Type.Object({
  success: Type.Literal(true),
  refunds: Type.Array(Type.Omit(RefundView, ['createdAt'])),
})

export const RefundsQuery = Type.Object({
  status: Type.Optional(
    Type.Unsafe<(typeof refundStatuses)[number]>(
      Type.String({ enum: [...refundStatuses], description: 'Default: `failed` and `manual`, which need a person.' }),
    ),
  ),
  ...pageQuery,
})

export const Refunds = Type.Object({ success: Type.Literal(true), refunds: Type.Array(RefundView), nextCursor })

export const NoteBody = Type.Object(
  { note: plainText(200, 'How the money was given back.') },
  { additionalProperties: false },
)

export const SimulationBody = Type.Object({ outcome: oneOf(['captured', 'failed']) }, { additionalProperties: false })
