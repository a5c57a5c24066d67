import { sql } from 'kysely'
import type { Tx } from '../../platform/database/database.ts'

/** So that no clean-up holds many locks for long; the next one goes on. */
const mostAtOnce = 5000

/** Deletes sessions that ended before a moment. */
export async function deleteDeadSessions(tx: Tx, before: Date): Promise<void> {
  await sql`
    delete from sessions where id in (
      select id from sessions where coalesce(ended_at, expires_at) < ${before} limit ${mostAtOnce}
    )`.execute(tx)
}

/** Deletes devices that nobody can be recognised by any more: those without a key, and those not seen for long. */
export async function deleteForgottenDevices(tx: Tx, { keyless, any }: { keyless: Date; any: Date }): Promise<void> {
  await sql`
    delete from devices where id in (
      select id from devices
      where (client_key_hash is null and last_seen_at < ${keyless} or last_seen_at < ${any})
        and not exists (select from sessions where sessions.device_id = devices.id)
      limit ${mostAtOnce}
    ) and last_seen_at < ${keyless}`.execute(tx)
}
