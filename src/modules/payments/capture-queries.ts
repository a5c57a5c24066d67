import type { Queryable, Tx } from '../../platform/database/database.ts'
import { prepared } from '../../platform/database/prepared.ts'
import type { PaymentStatus } from './payment.ts'

export interface NewCapture {
  paymentId: string
  reference: string
  amountPaise: number
  currency: string
  isExact: boolean
  actorId?: string
  /** What the payment becomes by it. */
  status: PaymentStatus
  /** `null` leaves it as it was. */
  lookAt: Date | null
  now: Date
}

const insert = `
  with added as (
    insert into captures (payment_id, number, provider, reference, received_before, amount_paise, currency, is_exact, actor_id, at)
    select id, coalesce(last_capture, 0) + 1, provider, $2, received_paise, $3, $4, $5, $6, $9::timestamptz
    from payments where id = $1
    on conflict (provider, reference) do nothing
    returning payment_id, number, received_after
  )
  update payments set last_capture = added.number, received_paise = added.received_after, status = $7,
    look_at = coalesce($8::timestamptz, payments.look_at), updated_at = $9::timestamptz
  from added where payments.id = added.payment_id
  returning payments.last_capture as number`

/**
 * Adds money to a payment that is locked, together with what it becomes. Its number in the payment, or `undefined` when
 * it was added before: then nothing changes.
 */
export async function insertCapture(tx: Tx, capture: NewCapture): Promise<number | undefined> {
  const { paymentId, reference, amountPaise, currency, isExact, actorId = null, status, lookAt, now } = capture
  const values = [paymentId, reference, amountPaise, currency, isExact, actorId, status, lookAt, now]
  const [row] = await prepared<{ number: number }>(tx, 'add-capture', insert, values)
  return row?.number
}

/** What can still be given back of one capture. */
export interface Refundable {
  paymentId: string
  number: number
  provider: string
  leftPaise: number
}

const refundable = `
  select c.payment_id as "paymentId", c.number, c.provider, c.amount_paise - c.refunded_paise as "leftPaise"
  from payments p join captures c on c.payment_id = p.id
  where p.order_id = $1 and ($2::text is null or p.id = $2) and ($3::integer is null or c.number = $3)
    and c.amount_paise > c.refunded_paise
  order by c.at desc, c.payment_id desc, c.number desc`

/** The latest first, so that what came too much goes back the way it came. With the payments locked. */
export const readRefundable = (
  tx: Tx,
  {
    orderId,
    paymentId = null,
    captureNumber = null,
  }: {
    orderId: string
    paymentId?: string | null
    captureNumber?: number | null
  },
): Promise<Refundable[]> => prepared(tx, 'read-refundable', refundable, [orderId, paymentId, captureNumber])

/** Which payment and order money came in for, by its name at the provider. */
export const readCaptureOwner = (on: Queryable, provider: string, reference: string) =>
  on
    .selectFrom('captures as c')
    .innerJoin('payments as p', 'p.id', 'c.payment_id')
    .select(['p.order_id as orderId', 'c.payment_id as paymentId'])
    .where('c.provider', '=', provider)
    .where('c.reference', '=', reference)
    .executeTakeFirst()

/** The same with what went back of it, and what can be given back. */
export const readCapture = (on: Queryable, provider: string, reference: string) =>
  on
    .selectFrom('captures as c')
    .innerJoin('payments as p', 'p.id', 'c.payment_id')
    .select(['p.order_id as orderId', 'c.payment_id as paymentId', 'c.number', 'c.refunded_paise as refundedPaise'])
    .select((eb) => eb('c.amount_paise', '-', eb.ref('c.refunded_paise')).as('leftPaise'))
    .where('c.provider', '=', provider)
    .where('c.reference', '=', reference)
    .executeTakeFirst()
