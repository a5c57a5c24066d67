import { Type } from 'typebox'
import { nextCursor, pageQuery } from '../../platform/http/pagination.ts'
import { aTime, idOf, orNull, plainText } from '../../platform/http/shapes.ts'
import { orderStatuses } from '../orders/index.ts'
import { deliveryStatuses, eventTypeOf } from './endpoint.ts'

const endpointId = idOf('whe', 'Of the endpoint.')

export const EndpointParams = Type.Object({ endpointId })
export const DeliveryParams = Type.Object({ deliveryId: idOf('whm', 'Of the delivery: its `webhook-id`.') })

const eventTypes = orNull(
  Type.Array(Type.Enum([...orderStatuses, 'refunded' as const].map(eventTypeOf)), {
    minItems: 1,
    maxItems: 40,
    uniqueItems: true,
    description: 'Which events. `null`: all, those that are to come too.',
  }),
)
const storeIds = orNull(
  Type.Array(idOf('sto', 'Of a store.'), {
    minItems: 1,
    maxItems: 100,
    uniqueItems: true,
    description: 'Of which stores. `null`: of all, which is for admins.',
  }),
)
const url = Type.String({
  minLength: 1,
  maxLength: 2000,
  pattern: '^[!-~]+$',
  description: 'Where messages are posted: https, on the internet. In development also http on this machine.',
})
const description = orNull(plainText(200, 'For whoever looks later.'))
const isEnabled = Type.Boolean()

export const EndpointBody = Type.Object(
  {
    url,
    description: Type.Optional(description),
    eventTypes: Type.Optional(eventTypes),
    storeIds: Type.Optional(storeIds),
    isEnabled: Type.Optional(isEnabled),
  },
  { additionalProperties: false },
)
export const EndpointChanges = Type.Partial(EndpointBody, { minProperties: 1, additionalProperties: false })

const time = Type.String({ format: 'date-time' })

const EndpointView = Type.Object(
  {
    id: Type.String(),
    url: Type.String(),
    description: orNull(Type.String()),
    eventTypes: orNull(Type.Array(Type.String())),
    storeIds: orNull(Type.Array(Type.String())),
    isEnabled,
    disabledReason: orNull(
      Type.String({ description: '`failing`: nothing reached it for five days. `gone`: it answered 410.' }),
    ),
    failingSince: orNull(time),
    createdAt: time,
    updatedAt: time,
  },
  { title: 'WebhookEndpoint' },
)

const secret = Type.String({
  description:
    'Signs the messages, by [Standard Webhooks](https://www.standardwebhooks.com). It is told here and never again.',
})

export const OneEndpoint = Type.Object({ success: Type.Literal(true), endpoint: EndpointView })
export const NewEndpoint = Type.Object({ success: Type.Literal(true), endpoint: EndpointView, secret })
export const Endpoints = Type.Object({ success: Type.Literal(true), endpoints: Type.Array(EndpointView), nextCursor })
export const EndpointsQuery = Type.Object(pageQuery)

export const NewSecret = Type.Object({
  success: Type.Literal(true),
  secret,
  previousUntil: Type.String({ format: 'date-time', description: 'Until then the secret before signs too.' }),
})

const DeliveryView = Type.Object(
  {
    id: Type.String({ description: 'The `webhook-id` of each attempt.' }),
    type: Type.String(),
    orderId: orNull(Type.String()),
    status: Type.String({ enum: [...deliveryStatuses] }),
    attempts: Type.Integer(),
    nextAttemptAt: orNull(time),
    lastAttemptAt: orNull(time),
    lastStatusCode: orNull(Type.Integer()),
    lastResponseMs: orNull(Type.Integer()),
    lastFailure: orNull(Type.String({ description: 'Why there was no answer.' })),
    createdAt: time,
  },
  { title: 'WebhookDelivery' },
)

export const OneDelivery = Type.Object({ success: Type.Literal(true), delivery: DeliveryView })
export const Deliveries = Type.Object({ success: Type.Literal(true), deliveries: Type.Array(DeliveryView), nextCursor })
export const DeliveriesQuery = Type.Object({
  status: Type.Optional(Type.String({ enum: [...deliveryStatuses] })),
  ...pageQuery,
})

export const ReplaysBody = Type.Object(
  {
    since: aTime('Messages that were made then or later.'),
    includesDelivered: Type.Optional(
      Type.Boolean({ description: 'Also what was delivered. Default false: only what failed.' }),
    ),
  },
  { additionalProperties: false },
)
export const Replayed = Type.Object({
  success: Type.Literal(true),
  count: Type.Integer({ description: 'How many messages are sent again, 10,000 at most: the oldest first.' }),
})
