import type { Generated } from 'kysely'
import type { Role } from './permissions.ts'
import type { Locale } from './user.ts'

export type Platform = 'web' | 'android' | 'ios'
export type EndReason = 'signedOut' | 'revoked' | 'reused' | 'blocked'

interface UserTable {
  id: string
  phone: string | null
  email: string | null
  name: string | null
  locale: Locale | null
  roles: Generated<Role[]>
  store_ids: Generated<string[]>
  version: Generated<number>
  blocked_at: Date | null
  block_reason: string | null
  created_at: Date
  last_active_at: Date
  phone_active_at: Date | null
  erased_at: Date | null
}

interface DeviceTable {
  id: string
  user_id: string
  client_key_hash: Buffer | null
  name: string | null
  platform: Platform | null
  created_at: Date
  last_seen_at: Date
}

interface SessionTable {
  id: string
  user_id: string
  device_id: string
  by_phone: boolean
  generation: Generated<number>
  refresh_digest: Buffer
  rotated_at: Date
  user_agent: string | null
  created_at: Date
  last_used_at: Date
  expires_at: Date
  ended_at: Date | null
  end_reason: EndReason | null
}

interface SigningKeyTable {
  id: string
  public_key: Buffer
  sealed_private_key: Buffer
  created_at: Date
  retired_at: Date | null
}

interface AddressTable {
  id: string
  user_id: string
  label: string
  lines: string[]
  landmark: string | null
  pincode: string
  latitude: number | null
  longitude: number | null
  instructions: string | null
  is_default: boolean
  created_at: Date
  updated_at: Date
}

interface AuditEventTable {
  id: string
  at: Date
  kind: string
  user_id: string | null
  actor_id: string | null
  source: string | null
  details: Generated<Record<string, unknown>>
}

interface RevocationTable {
  id: Generated<number>
  kind: 'session' | 'user'
  subject: string
  version: number | null
  at: Generated<Date>
}

declare module '../../platform/database/database.ts' {
  interface Tables {
    users: UserTable
    devices: DeviceTable
    sessions: SessionTable
    signing_keys: SigningKeyTable
    addresses: AddressTable
    audit_events: AuditEventTable
    revocations: RevocationTable
  }
}
