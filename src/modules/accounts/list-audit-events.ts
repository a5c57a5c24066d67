import type { Database } from '../../platform/database/database.ts'
import { type PageRequest, pageOf } from '../../platform/http/pagination.ts'
import type { AuditKind } from './audit.ts'
import { type ListedEvent, listAuditEvents as readEvents } from './audit-queries.ts'

export interface ListAuditEventsInput {
  userId?: string
  kind?: AuditKind
  page: PageRequest
}

/** What happened to accounts, the latest first. */
export async function listAuditEvents(
  { database }: { database: Pick<Database, 'db'> },
  { page, ...filter }: ListAuditEventsInput,
): Promise<{ items: readonly ListedEvent[]; nextCursor: string | null }> {
  const before = page.after?.[0]
  const events = await readEvents(database.db, {
    ...filter,
    ...(before !== undefined && { before }),
    limit: page.limit + 1,
  })
  return pageOf(events, page, ({ id }) => [id])
}
