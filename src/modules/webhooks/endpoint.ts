import type { OrderEvent } from '../orders/index.ts'

export const deliveryStatuses = ['waiting', 'delivered', 'failed'] as const
export type DeliveryStatus = (typeof deliveryStatuses)[number]

/** `failing`: nothing reached it for days. `gone`: it answered 410, which means that it wants no more. */
export type DisabledReason = 'failing' | 'gone'

/** Where an operator has messages sent. */
export interface Endpoint {
  id: string
  url: string
  description: string | null
  /** `null`: all, those that are to come too. The same of stores. */
  eventTypes: readonly string[] | null
  storeIds: readonly string[] | null
  isEnabled: boolean
  disabledReason: DisabledReason | null
  failingSince: Date | null
  createdAt: Date
  updatedAt: Date
}

export const eventTypeOf = (type: OrderEvent['type']): string => `order.${type}`

/** A message that an operator asks for himself. */
export const testType = 'webhook.test'

export const wantsEvent = (
  { eventTypes, storeIds }: Pick<Endpoint, 'eventTypes' | 'storeIds'>,
  { type, storeId }: { type: OrderEvent['type']; storeId: string },
): boolean =>
  (eventTypes === null || eventTypes.includes(eventTypeOf(type))) && (storeIds === null || storeIds.includes(storeId))

const seconds = 1000
const minutes = 60 * seconds
const hours = 60 * minutes

/** How long each attempt waits for the next. After the last the message has failed, a good three days after the first. */
const pausesMs = [
  5 * seconds,
  5 * minutes,
  30 * minutes,
  2 * hours,
  5 * hours,
  10 * hours,
  14 * hours,
  20 * hours,
  24 * hours,
]

/**
 * How long a message waits after so many failures; `undefined` when that was the last attempt.
 * @param chance from 0 to 1: makes it up to a tenth longer, so that messages that failed together do not come together
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function pauseAfter(failures: number, chance: number): number | undefined {
  const pause = pausesMs[failures - 1]
  return pause === undefined ? undefined : Math.round(pause * (1 + chance / 10))
}

/** What fails for so long is disabled. */
export const longestFailingMs = 5 * 24 * hours
/** For so long the secret before the last rotation signs too. */
export const previousSecretMs = 24 * hours
