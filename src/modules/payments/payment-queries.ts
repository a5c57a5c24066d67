import type { Queryable, Tx } from '../../platform/database/database.ts'
import { prepared } from '../../platform/database/prepared.ts'
import type { PaymentKind, PaymentStatus } from './payment.ts'

/** A payment as this module has it. */
export interface Payment {
  id: string
  orderId: string
  userId: string
  storeId: string
  provider: string
  kind: PaymentKind
  status: PaymentStatus
  amountPaise: number
  receivedPaise: number
  refundedPaise: number
  providerReference: string | null
  starts: number
  createdAt: Date
}

const columns = [
  'id',
  'order_id as orderId',
  'user_id as userId',
  'store_id as storeId',
  'provider',
  'kind',
  'status',
  'amount_paise as amountPaise',
  'received_paise as receivedPaise',
  'refunded_paise as refundedPaise',
  'provider_reference as providerReference',
  'starts',
  'created_at as createdAt',
] as const

export type NewPayment = Pick<Payment, 'id' | 'orderId' | 'userId' | 'storeId' | 'provider' | 'kind' | 'status'> & {
  amountPaise: number
  lookAt: Date | null
  now: Date
}

const insert = `
  insert into payments (id, order_id, user_id, store_id, provider, kind, status, amount_paise, look_at, created_at, updated_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9::timestamptz, $10::timestamptz, $10::timestamptz)`

export const insertPayment = (tx: Tx, payment: NewPayment) =>
  prepared(tx, 'open-payment', insert, [
    payment.id,
    payment.orderId,
    payment.userId,
    payment.storeId,
    payment.provider,
    payment.kind,
    payment.status,
    payment.amountPaise,
    payment.lookAt,
    payment.now,
  ])

const all = (on: Queryable) => on.selectFrom('payments').select(columns)

export const readPayment = (on: Queryable, id: string): Promise<Payment | undefined> =>
  all(on).where('id', '=', id).executeTakeFirst()

export const readPaymentByReference = (
  on: Queryable,
  provider: string,
  reference: string,
): Promise<Payment | undefined> =>
  all(on).where('provider', '=', provider).where('provider_reference', '=', reference).executeTakeFirst()

/** The oldest first. */
export const readPaymentsOfOrder = (on: Queryable, orderId: string): Promise<Payment[]> =>
  all(on).where('order_id', '=', orderId).orderBy('id').execute()

/** With its order's row held. */
export const lockPayment = (tx: Tx, id: string): Promise<Payment | undefined> =>
  all(tx).where('id', '=', id).forNoKeyUpdate().executeTakeFirst()

/** In the order of their ids, as everybody does. With the order's row held. */
export const lockPaymentsOfOrder = (tx: Tx, orderId: string): Promise<Payment[]> =>
  all(tx).where('order_id', '=', orderId).orderBy('id').forNoKeyUpdate().execute()

const begin = `
  update payments set starts = starts + 1, updated_at = $2::timestamptz
  where id = $1 and kind = 'online' and provider_reference is null and status in ('created', 'failed')
  returning id`

/** Notes that the provider is about to be told. Whether it is not known to have answered before. */
export const noteStart = async (on: Queryable, id: string, now: Date): Promise<boolean> =>
  (await prepared(on, 'note-start-of-payment', begin, [id, now])).length > 0

const name = `
  update payments set
    provider_reference = coalesce(provider_reference, $2),
    status = case when status in ('created', 'failed') then 'pending' else status end,
    updated_at = $3::timestamptz
  where id = $1
  returning status, provider_reference as "providerReference"`

/** Notes what the provider calls it. Of several names that were given at once the first stays: what it is called then. */
export async function nameReference(
  on: Queryable,
  id: string,
  reference: string,
  now: Date,
): Promise<Pick<Payment, 'status' | 'providerReference'>> {
  const [row] = await prepared<Pick<Payment, 'status' | 'providerReference'>>(on, 'name-payment', name, [
    id,
    reference,
    now,
  ])
  if (!row) throw new Error('There is no such payment.')
  return row
}

export const setStatus = async (tx: Tx, id: string, status: PaymentStatus, now: Date): Promise<void> => {
  await tx.updateTable('payments').set({ status, updated_at: now }).where('id', '=', id).execute()
}

/** What it became, or `undefined` when it was no longer what it was thought to be. */
export const setStatusFrom = async (
  on: Queryable,
  id: string,
  from: PaymentStatus,
  to: PaymentStatus,
  now: Date,
): Promise<PaymentStatus | undefined> =>
  (
    await on
      .updateTable('payments')
      .set({ status: to, updated_at: now })
      .where('id', '=', id)
      .where('status', '=', from)
      .returning('status')
      .executeTakeFirst()
  )?.status

export const setLookAt = async (on: Queryable, id: string, lookAt: Date): Promise<void> => {
  await on.updateTable('payments').set({ look_at: lookAt }).where('id', '=', id).execute()
}

/** There is no next look, unless another than this one has been decided on. */
export const endLooks = async (on: Queryable, id: string, lookAt: Date): Promise<void> => {
  await on.updateTable('payments').set({ look_at: null }).where('id', '=', id).where('look_at', '=', lookAt).execute()
}

/** Open payments of an order that nobody waits for any more. Those that were closed. */
export const closeOpen = (tx: Tx, orderId: string, now: Date): Promise<Payment[]> =>
  tx
    .updateTable('payments')
    .set({ status: 'closed', updated_at: now })
    .where('order_id', '=', orderId)
    .where('status', 'in', ['created', 'pending', 'failed', 'due'])
    .returning(columns)
    .execute()

/** Less is due, never more. Whether it is cash that is still due. */
export async function lowerDue(tx: Tx, orderId: string, duePaise: number, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('payments')
    .set({ amount_paise: duePaise, updated_at: now })
    .where('order_id', '=', orderId)
    .where('status', '=', 'due')
    .where('amount_paise', '>=', duePaise)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

export async function markDeposited(tx: Tx, id: string, actorId: string, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('payments')
    .set({ status: 'deposited', deposited_at: now, deposited_by: actorId, updated_at: now })
    .where('id', '=', id)
    .where('status', '=', 'collected')
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

/** Payments whose time to be looked at has come, the longest waiting first. */
export const readDuePayments = (on: Queryable, now: Date, limit: number): Promise<Payment[]> =>
  all(on).where('look_at', '<=', now).orderBy('look_at').limit(limit).execute()
