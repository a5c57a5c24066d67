import type { FastifyPluginAsync } from 'fastify'
import { mayActIn } from '../accounts/index.ts'
import { columnsOf, type ImportKind, readCells } from '../imports/index.ts'
import { adjustmentRoutes } from './adjustment-routes.ts'
import { expireReservations } from './expire-reservations.ts'
import { exportStock } from './export-stock.ts'
import { importStock } from './import-stock.ts'
import type { Inventory, InventoryDeps } from './inventory.ts'
import './inventory-tables.ts'
import { createInventoryTelemetry } from './inventory-telemetry.ts'
import { readAvailable } from './level-queries.ts'
import { readReservation } from './reservation-queries.ts'
import { reserveStock } from './reserve-stock.ts'
import {
  commitHold,
  consumeStock,
  extendHold,
  releaseLines,
  releaseStock,
  takeStockBack,
} from './settle-reservation.ts'
import { stockRoutes } from './stock-routes.ts'
import { type StockRow, stockCells } from './stock-row.ts'
import { verifyStock } from './verify-stock.ts'

export type { Inventory, InventoryDeps } from './inventory.ts'
export { inventorySettings } from './inventory-settings.ts'

const secondsBetweenExpiries = 5
const secondsBetweenVerifications = 3600

/**
 * Owns how many units a store has, what of them is promised, and what became of each. Promises that nothing is sold
 * twice, however many instances sell and whichever of them dies: the database itself refuses less than nothing, more
 * promised than there is, and a change without a movement. A hold has an end, after which the units are sold again. It
 * knows no orders: whoever reserves gives a reference, and says what becomes of it.
 */
export function createInventory(deps: InventoryDeps): Inventory {
  const { database, catalog, stores, queue, log } = deps
  const telemetry = createInventoryTelemetry(deps.metrics)
  const parts = { ...deps, telemetry, holdSeconds: deps.settings.holdSeconds }

  const stock: ImportKind<StockRow> = {
    name: 'stock',
    columns: columnsOf(stockCells),
    mayBeUsedBy: (caller, { storeId }) =>
      storeId === undefined ? caller.roles.includes('admin') : mayActIn(caller, storeId),
    read: (record) => readCells(stockCells, record),
    apply: (tx, rows, context) => importStock(parts, tx, rows, context),
    export: (on, scope) => exportStock({ catalog, stores }, on, scope),
  }

  const routes: FastifyPluginAsync = async (app) => {
    for (const each of [stockRoutes, adjustmentRoutes]) await app.register(each(parts))
  }

  queue.schedule({
    name: 'inventory/expire-reservations',
    everySeconds: secondsBetweenExpiries,
    handle: ({ signal }) => expireReservations(parts, signal),
  })
  queue.schedule({
    name: 'inventory/verify-stock',
    everySeconds: secondsBetweenVerifications,
    handle: (attempt) => verifyStock({ ...parts, log: attempt.log }),
  })

  return {
    reserve: (tx, input) => reserveStock(parts, tx, input),
    extend: (tx, id, options) => extendHold(parts, tx, id, options),
    commit: (tx, id) => commitHold(parts, tx, id),
    consume: (tx, id, options) => consumeStock(parts, tx, id, options),
    takeBack: (tx, id, options) => takeStockBack(parts, tx, id, options),
    release: (tx, id, reason) => releaseStock(parts, tx, id, reason),
    releaseLines: (tx, id, lines) => releaseLines(parts, tx, id, lines),
    findReservation: (on, id) => readReservation(on, { id }),
    async availabilityOf(on, storeId, variantIds) {
      const found = await readAvailable(on, storeId, variantIds)
      return new Map(variantIds.map((id) => [id, Math.max(0, found.get(id) ?? 0)]))
    },
    verifyStock: () => verifyStock({ database, log, telemetry }),
    expireReservations: () => expireReservations(parts),
    importKinds: [stock as ImportKind],
    routes,
  }
}
