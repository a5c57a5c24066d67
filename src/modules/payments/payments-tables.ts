import type { Generated, GeneratedAlways } from 'kysely'
import type { PaymentKind, PaymentStatus, RefundStatus } from './payment.ts'

interface PaymentTable {
  id: string
  order_id: string
  user_id: string
  store_id: string
  provider: string
  kind: PaymentKind
  status: PaymentStatus
  amount_paise: number
  received_paise: Generated<number>
  last_capture: number | null
  refunded_paise: Generated<number>
  provider_reference: string | null
  starts: Generated<number>
  look_at: Date | null
  created_at: Date
  updated_at: Date
  deposited_at: Date | null
  deposited_by: string | null
}

interface CaptureTable {
  payment_id: string
  number: number
  provider: string
  reference: string
  received_before: number
  amount_paise: number
  received_after: GeneratedAlways<number>
  previous: GeneratedAlways<number | null>
  currency: string
  is_exact: boolean
  refunded_paise: Generated<number>
  actor_id: string | null
  at: Date
}

interface PaymentAttemptTable {
  provider: string
  reference: string
  payment_id: string
  state: 'failed' | 'authorized' | 'captured'
  reason: string | null
  created_at: Date
  updated_at: Date
}

interface RefundTable {
  id: string
  order_id: string
  store_id: string
  payment_id: string
  capture_number: number
  reference: string
  provider: string
  provider_reference: string | null
  amount_paise: number
  status: RefundStatus
  reason: string
  failure: string | null
  actor_id: string | null
  settled_by: string | null
  note: string | null
  tries: Generated<number>
  look_at: Date | null
  created_at: Date
  updated_at: Date
}

interface ProviderEventTable {
  provider: string
  event_id: string
  kind: string
  body: string | null
  body_hash: Buffer
  received_at: Date
  processed_at: Date | null
  outcome: string | null
  tries: Generated<number>
  look_at: Date | null
}

declare module '../../platform/database/database.ts' {
  interface Tables {
    payments: PaymentTable
    captures: CaptureTable
    payment_attempts: PaymentAttemptTable
    refunds: RefundTable
    provider_events: ProviderEventTable
  }
}
