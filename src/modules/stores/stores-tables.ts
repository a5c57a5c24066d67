import type { Generated } from 'kysely'
import type { PauseReason, ServiceArea, StoreStatus } from './dark-store.ts'
import type { Hours } from './opening-hours.ts'

interface StoreTable {
  id: string
  code: string
  name: string
  city: string
  address_lines: string[]
  pincode: string
  latitude: number
  longitude: number
  status: StoreStatus
  pause_reason: PauseReason | null
  hours: Hours
  service_area: ServiceArea
  inner_cells: string[]
  border_cells: string[]
  minimum_order_paise: number
  pick_minutes: number
  handover_minutes: number
  pick_capacity: number
  version: Generated<number>
  created_at: Date
  updated_at: Date
  archived_at: Date | null
}

declare module '../../platform/database/database.ts' {
  interface Tables {
    stores: StoreTable
  }
}
