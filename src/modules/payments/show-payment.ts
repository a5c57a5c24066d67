import type { Database } from '../../platform/database/database.ts'
import type { Caller } from '../accounts/index.ts'
import { findPayment } from './payment-access.ts'
import type { Payment } from './payment-queries.ts'
import { type Refund, readRefundsOfPayment } from './refund-queries.ts'

export interface ShowPaymentDeps {
  database: Pick<Database, 'db'>
}

/** A payment with its refunds, the oldest first. @throws payment.not_found */
export async function showPayment(
  { database: { db } }: ShowPaymentDeps,
  paymentId: string,
  caller: Caller,
): Promise<{ payment: Payment; refunds: Refund[] }> {
  const payment = await findPayment(db, paymentId, caller, 'see')
  return { payment, refunds: await readRefundsOfPayment(db, payment.id) }
}
