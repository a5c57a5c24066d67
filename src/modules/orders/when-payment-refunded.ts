import type { Clock } from '../../platform/clock.ts'
import type { Tx } from '../../platform/database/database.ts'
import type { RefundRecord } from '../payments/index.ts'
import { type NoteChangeDeps, noteChange } from './note-change.ts'
import { addRefunded } from './order-event-queries.ts'

/** Money of an order is back, by its provider or by a person, or has to be given back by hand: both are told. */
export async function whenPaymentRefunded(
  deps: NoteChangeDeps & { clock: Clock },
  tx: Tx,
  { id: refundId, orderId, amountPaise, status, reason, byHand }: RefundRecord,
): Promise<void> {
  if (status !== 'processed' && status !== 'manual') return
  const details = { refundId, amountPaise, status, reason, ...(byHand && { byHand }) }
  const added = await addRefunded(tx, { orderId, details, now: new Date(deps.clock.now()) })
  if (added) await noteChange(deps, tx, added)
}
