import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { etagOf } from '../../platform/http/etag.ts'
import { idempotently } from '../../platform/idempotency/idempotently.ts'

interface CreateRequest {
  method: string
  url: string
  body: unknown
  headers: Record<string, unknown>
  caller: { userId: string }
}

interface Reply {
  header(name: string, value: string): unknown
}

/**
 * Creates something in a transaction, once for each `Idempotency-Key`. The body of the answer; its headers are set.
 * @throws what the work throws, idempotency.key_invalid, idempotency.in_progress, idempotency.key_reused
 */
export async function createOnce<T extends { version: number }>(
  deps: { database: Pick<Database, 'db'>; clock: Clock },
  { method, url, body, headers, caller }: CreateRequest,
  reply: Reply,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const key = headers['idempotency-key']
  const answer = await idempotently<T>(
    deps,
    {
      principal: caller.userId,
      key: typeof key === 'string' ? key : undefined,
      request: { method, url, body },
    },
    async (tx) => ({ status: 201, body: await work(tx) }),
  )
  if (answer.isReplayed) reply.header('idempotency-replayed', 'true')
  reply.header('etag', etagOf(answer.body.version))
  return answer.body
}
