import { sql } from 'kysely'
import type { Queryable, Tx } from '../../platform/database/database.ts'
import { prepared } from '../../platform/database/prepared.ts'
import type { RefundStatus } from './payment.ts'

/** A refund as this module has it. */
export interface Refund {
  id: string
  orderId: string
  storeId: string
  paymentId: string
  provider: string
  providerReference: string | null
  captureNumber: number
  amountPaise: number
  status: RefundStatus
  reason: string
  failure: string | null
  /** Who gave it back by hand: then it stays given back. */
  settledBy: string | null
  tries: number
  createdAt: Date
}

const columns = [
  'id',
  'order_id as orderId',
  'store_id as storeId',
  'payment_id as paymentId',
  'provider',
  'provider_reference as providerReference',
  'capture_number as captureNumber',
  'amount_paise as amountPaise',
  'status',
  'reason',
  'failure',
  'settled_by as settledBy',
  'tries',
  'created_at as createdAt',
] as const

export interface NewRefund {
  id: string
  paymentId: string
  captureNumber: number
  amountPaise: number
  status: RefundStatus
  reason: string
  /** Of whoever asks. */
  reference: string
  providerReference?: string
  actorId?: string
  lookAt: Date | null
  now: Date
}

const insert = `
  with added as (
    insert into refunds (id, order_id, store_id, payment_id, capture_number, reference, provider, provider_reference,
      amount_paise, status, reason, actor_id, look_at, created_at, updated_at)
    select $1, order_id, store_id, id, $3, $7, provider, $8, $4, $5, $6, $9, $10::timestamptz, $11::timestamptz,
      $11::timestamptz
    from payments where id = $2
    returning payment_id, capture_number, amount_paise
  ), of_capture as (
    update captures set refunded_paise = captures.refunded_paise + added.amount_paise from added
    where captures.payment_id = added.payment_id and captures.number = added.capture_number
  )
  update payments set refunded_paise = payments.refunded_paise + added.amount_paise, updated_at = $11::timestamptz
  from added where payments.id = added.payment_id`

/** Takes it off what can be given back. @throws StatementError when there is not so much, or it was asked for before */
export async function insertRefund(tx: Tx, refund: NewRefund): Promise<void> {
  await prepared(tx, 'add-refund', insert, [
    refund.id,
    refund.paymentId,
    refund.captureNumber,
    refund.amountPaise,
    refund.status,
    refund.reason,
    refund.reference,
    refund.providerReference ?? null,
    refund.actorId ?? null,
    refund.lookAt,
    refund.now,
  ])
}

const all = (on: Queryable) => on.selectFrom('refunds').select(columns)

export const readRefund = (on: Queryable, id: string): Promise<Refund | undefined> =>
  all(on).where('id', '=', id).executeTakeFirst()

/** The one that a provider speaks of, by its name there or by our id. */
export const findRefund = async (
  on: Queryable,
  provider: string,
  { reference, refundId }: { reference: string; refundId?: string },
): Promise<Refund | undefined> => {
  const ofProvider = all(on).where('provider', '=', provider)
  const named = await ofProvider.where('provider_reference', '=', reference).executeTakeFirst()
  return named ?? (refundId === undefined ? undefined : ofProvider.where('id', '=', refundId).executeTakeFirst())
}

/** The oldest first. */
export const readRefundsOfOrder = (on: Queryable, orderId: string): Promise<Refund[]> =>
  all(on).where('order_id', '=', orderId).orderBy('id').execute()

export const readRefundsOfPayment = (on: Queryable, paymentId: string): Promise<Refund[]> =>
  all(on).where('payment_id', '=', paymentId).orderBy('id').execute()

export const readRefundsAskedFor = (on: Queryable, orderId: string, reference: string): Promise<Refund[]> =>
  all(on).where('order_id', '=', orderId).where('reference', '=', reference).orderBy('id').execute()

/** Of a capture, told the provider and not named by it yet. */
export const readUnnamedRefunds = (on: Queryable, paymentId: string, captureNumber: number): Promise<Refund[]> =>
  all(on)
    .where('payment_id', '=', paymentId)
    .where('capture_number', '=', captureNumber)
    .where('status', '=', 'requested')
    .where('provider_reference', 'is', null)
    .execute()

/** The next in the order of their ids, of a store and a state. */
export const readRefundsOfStore = (
  on: Queryable,
  {
    storeId,
    statuses,
    after,
    limit,
  }: { storeId: string; statuses: readonly RefundStatus[]; after?: string; limit: number },
): Promise<Refund[]> => {
  const query = all(on).where('store_id', '=', storeId).where('status', 'in', statuses)
  return (after === undefined ? query : query.where('id', '<', after)).orderBy('id', 'desc').limit(limit).execute()
}

/** Counts a try to tell the provider: the count, itself included. */
export async function noteRefundTry(on: Queryable, id: string, lookAt: Date, now: Date): Promise<number> {
  const { tries } = await on
    .updateTable('refunds')
    .set(({ eb }) => ({ tries: eb('tries', '+', 1), look_at: lookAt, updated_at: now }))
    .where('id', '=', id)
    .where('status', 'in', ['requested', 'pending'])
    .returning('tries')
    .executeTakeFirst()
    .then((row) => row ?? { tries: 0 })
  return tries
}

const move = `
  with old as (
    select case when status = 'failed' then 0 else amount_paise end as counted from refunds where id = $1
  ), moved as (
    update refunds set status = $2, provider_reference = coalesce(provider_reference, $3), failure = coalesce($4, failure),
      settled_by = coalesce($5, settled_by), note = coalesce($6, note), look_at = $7::timestamptz, updated_at = $8::timestamptz
    where id = $1
    returning payment_id, capture_number, case when status = 'failed' then 0 else amount_paise end as counted
  ), of_capture as (
    update captures set refunded_paise = captures.refunded_paise + moved.counted - old.counted from moved, old
    where captures.payment_id = moved.payment_id and captures.number = moved.capture_number
      and moved.counted <> old.counted
  )
  update payments set refunded_paise = payments.refunded_paise + moved.counted - old.counted,
    updated_at = $8::timestamptz
  from moved, old where payments.id = moved.payment_id and moved.counted <> old.counted`

export interface RefundStep {
  status: RefundStatus
  reference?: string
  failure?: string
  /** Who gave it back by hand, and how. */
  byHand?: { actorId: string; note: string }
  lookAt: Date | null
  now: Date
}

/**
 * Moves a refund on, with its payment locked. What failed can be given back again, and counts no more.
 * @throws StatementError when what had failed counts again and there is not so much left
 */
export async function moveRefund(tx: Tx, id: string, step: RefundStep): Promise<void> {
  const { status, reference = null, failure = null, byHand, lookAt, now } = step
  const hand = [byHand?.actorId ?? null, byHand?.note ?? null]
  await prepared(tx, 'move-refund', move, [id, status, reference, failure, ...hand, lookAt, now])
}

/** Refunds whose time to be looked at has come, with what the provider calls the money. */
export const readDueRefunds = async (on: Queryable, now: Date, limit: number): Promise<Refund[]> =>
  all(on).where('look_at', '<=', now).orderBy('look_at').limit(limit).execute()

/** What the provider calls the money that a refund gives back. */
export async function readCaptureReference(on: Queryable, paymentId: string, number: number): Promise<string> {
  const { rows } = await sql<{ reference: string }>`
    select reference from captures where payment_id = ${paymentId} and number = ${number}`.execute(on)
  const [row] = rows
  if (!row) throw new Error('There is no such capture.')
  return row.reference
}
