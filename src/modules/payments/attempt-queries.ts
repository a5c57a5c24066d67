import type { Tx } from '../../platform/database/database.ts'
import { prepared } from '../../platform/database/prepared.ts'

export interface NewAttempt {
  paymentId: string
  provider: string
  reference: string
  state: 'failed' | 'authorized' | 'captured'
  reason?: string
  now: Date
}

// What failed may succeed after all, never the other way round.
const upsert = `
  insert into payment_attempts (payment_id, provider, reference, state, reason, created_at, updated_at)
  values ($1, $2, $3, $4, $5, $6::timestamptz, $6::timestamptz)
  on conflict (provider, reference) do update set state = excluded.state, updated_at = excluded.updated_at
    where excluded.state <> payment_attempts.state and payment_attempts.state <> 'captured' and excluded.state <> 'failed'
  returning reference`

/** Notes a try to pay. Whether that was news. */
export async function noteAttempt(tx: Tx, attempt: NewAttempt): Promise<boolean> {
  const { paymentId, provider, reference, state, reason = null, now } = attempt
  const values = [paymentId, provider, reference, state, reason, now]
  return (await prepared(tx, 'note-attempt', upsert, values)).length > 0
}
