import type { Database } from '../../platform/database/database.ts'
import { type PageRequest, pageOf } from '../../platform/http/pagination.ts'
import type { RefundStatus } from './payment.ts'
import { type Refund, readRefundsOfStore } from './refund-queries.ts'

export interface ListRefundsDeps {
  database: Pick<Database, 'db'>
}

/** Those of a store in one of these states, the latest first. */
export async function listRefunds(
  { database }: ListRefundsDeps,
  { storeId, statuses, page }: { storeId: string; statuses: readonly RefundStatus[]; page: PageRequest },
): Promise<{ items: readonly Refund[]; nextCursor: string | null }> {
  const [after] = page.after ?? []
  const wanted = { storeId, statuses, ...(after !== undefined && { after }), limit: page.limit + 1 }
  return pageOf(await readRefundsOfStore(database.db, wanted), page, ({ id }) => [id])
}
