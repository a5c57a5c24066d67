import type { Generated, GeneratedAlways } from 'kysely'
import type { MovementKind, ReservationStatus } from './stock.ts'

interface StockLevelTable {
  store_id: string
  variant_id: string
  on_hand: Generated<number>
  reserved: Generated<number>
  buffer: Generated<number>
  low_stock_at: number | null
  last_movement: number | null
  updated_at: Date
}

interface StockMovementTable {
  store_id: string
  variant_id: string
  number: number
  kind: MovementKind
  on_hand_before: number
  quantity: number
  on_hand_after: GeneratedAlways<number>
  previous: GeneratedAlways<number | null>
  reason: string | null
  reference: string | null
  actor_id: string | null
  at: Date
}

interface ReservationTable {
  id: string
  store_id: string
  reference: string
  status: Generated<ReservationStatus>
  expires_at: Date
  release_reason: string | null
  created_at: Date
  settled_at: Date | null
}

interface ReservationLineTable {
  reservation_id: string
  variant_id: string
  quantity: number
  released: Generated<number>
}

declare module '../../platform/database/database.ts' {
  interface Tables {
    stock_levels: StockLevelTable
    stock_movements: StockMovementTable
    reservations: ReservationTable
    reservation_lines: ReservationLineTable
  }
}
