import type { FastifyPluginAsync } from 'fastify'
import type { Clock } from '../../platform/clock.ts'
import type { Values } from '../../platform/config/section.ts'
import type { Database, Queryable, Tx } from '../../platform/database/database.ts'
import type { Events } from '../../platform/events/events.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Metrics } from '../../platform/observability/metrics.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import type { Accounts } from '../accounts/index.ts'
import type { ImportKind } from '../imports/index.ts'
import type { ExportStockDeps } from './export-stock.ts'
import type { IdentifyDeps } from './identify-lines.ts'
import type { ImportStockDeps } from './import-stock.ts'
import type { inventorySettings } from './inventory-settings.ts'
import type { ListStockDeps } from './list-stock.ts'
import type { Reservation } from './reservation-queries.ts'
import type { Reserved, ReserveStockInput } from './reserve-stock.ts'
import type { ShowStockDeps } from './show-stock.ts'
import type { StockLine } from './stock.ts'
import type { StoreAccessDeps } from './store-access.ts'
import type { Difference } from './verification-queries.ts'

/** What other modules see of this one. All that takes a `tx` is done when that is committed, and never without it. */
export interface Inventory {
  /**
   * Holds all lines until a time, or nothing: `short` says what is left of each short line, `different` that the
   * reference has a reservation of other content. The same again gets the reservation there is.
   * @throws RangeError for lines that are no positive whole numbers, none, or more than 200
   */
  reserve(tx: Tx, input: ReserveStockInput): Promise<Reserved>
  /** Lets a hold end later. These five say whether they did it: each happens once, and may be asked for again. */
  extend(tx: Tx, reservationId: string, options?: { holdSeconds?: number }): Promise<boolean>
  /** `held` → `committed`, without an end from now on; also when the hold has ended and nobody released it. */
  commit(tx: Tx, reservationId: string): Promise<boolean>
  /** `committed` → `consumed`: the units leave the store. */
  consume(tx: Tx, reservationId: string, options?: { actorId?: string | null }): Promise<boolean>
  /** What was consumed is in the store again, and may be sold. */
  takeBack(tx: Tx, reservationId: string, options?: { actorId?: string | null }): Promise<boolean>
  /** `held` or `committed` → `released`: the units can be sold again. */
  release(tx: Tx, reservationId: string, reason: string): Promise<boolean>
  /** Gives units of some lines back, all or none. Not safe to repeat: it belongs to what notes why. */
  releaseLines(tx: Tx, reservationId: string, lines: readonly StockLine[]): Promise<boolean>
  findReservation(on: Queryable, reservationId: string): Promise<Reservation | undefined>
  /** What can be promised of each variant; 0 of what the store never had. It may be other a moment later. */
  availabilityOf(on: Queryable, storeId: string, variantIds: readonly string[]): Promise<Map<string, number>>
  /** What levels say is reserved, where it is not the sum of the open reservations. */
  verifyStock(): Promise<Difference[]>
  /** Releases holds that have ended; a job does so every five seconds. How many it released. */
  expireReservations(): Promise<number>
  importKinds: readonly ImportKind[]
  /** `/stores/:storeId/stock…`, for the prefix `/api`. */
  routes: FastifyPluginAsync
}

export interface InventoryDeps {
  settings: Values<typeof inventorySettings>
  database: Database
  catalog: ShowStockDeps['catalog'] & IdentifyDeps['catalog'] & ListStockDeps['catalog']
  stores: StoreAccessDeps['stores'] & ImportStockDeps['stores'] & ExportStockDeps['stores']
  authenticate: Accounts['authenticate']
  queue: Pick<Queue, 'schedule'>
  events: Pick<Events, 'emit'>
  clock: Clock
  log: Logger
  metrics: Pick<Metrics, 'counter'>
}
