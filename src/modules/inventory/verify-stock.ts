import type { Database } from '../../platform/database/database.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { InventoryTelemetry } from './inventory-telemetry.ts'
import { type Difference, readDifferences } from './verification-queries.ts'

export interface VerifyStockDeps {
  database: Pick<Database, 'background'>
  log: Logger
  telemetry: Pick<InventoryTelemetry, 'differs'>
}

const mostDifferences = 100

/**
 * Holds what levels say is reserved against the reservations that are open. What differs is logged, counted and
 * returned, 100 at most, and never mended: somebody has to find out why. That movements add up, the database sees to.
 */
export async function verifyStock({ database, log, telemetry }: VerifyStockDeps): Promise<Difference[]> {
  const differences = await readDifferences(database.background, mostDifferences)
  telemetry.differs(log, differences)
  return differences
}
