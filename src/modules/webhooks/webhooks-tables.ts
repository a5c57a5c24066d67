import type { Generated } from 'kysely'
import type { DeliveryStatus, DisabledReason } from './endpoint.ts'

interface WebhookEndpointTable {
  id: string
  url: string
  description: string | null
  event_types: string[] | null
  store_ids: string[] | null
  is_enabled: boolean
  disabled_reason: DisabledReason | null
  /** Sealed, both. */
  secret: string
  previous_secret: string | null
  previous_secret_until: Date | null
  failing_since: Date | null
  created_by: string
  created_at: Date
  updated_at: Date
}

interface WebhookDeliveryTable {
  id: string
  endpoint_id: string
  type: string
  order_id: string | null
  event_id: number | null
  status: Generated<DeliveryStatus>
  attempts: Generated<number>
  failures: Generated<number>
  due_at: Date | null
  attempted_at: Date | null
  status_code: number | null
  response_ms: number | null
  failure: string | null
  created_at: Date
}

declare module '../../platform/database/database.ts' {
  interface Tables {
    webhook_endpoints: WebhookEndpointTable
    webhook_deliveries: WebhookDeliveryTable
  }
}
