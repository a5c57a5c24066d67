import { sql } from 'kysely'
import type { Database, Tx } from '../../platform/database/database.ts'

export interface Revocation {
  kind: 'session' | 'user'
  subject: string
  /** Of a user: tokens of earlier versions have ended. */
  version: number | null
}

/** Revocations of the last seconds by the database's clock. */
export async function readRevocations(database: Pick<Database, 'raw'>, lastSeconds: number): Promise<Revocation[]> {
  const { rows } = await database.raw(
    `select kind, subject, version from revocations where at > now() - make_interval(secs => $1)`,
    [lastSeconds],
    'read-revocations',
  )
  return rows as Revocation[]
}

/** Makes access tokens of a user's earlier versions end, on every instance within seconds of the commit. */
export async function insertUserRevocation(tx: Tx, userId: string, version: number): Promise<Revocation> {
  const revocation = { kind: 'user' as const, subject: userId, version }
  await tx.insertInto('revocations').values(revocation).execute()
  return revocation
}

/** Forgets revocations of tokens that died by themselves meanwhile. */
export async function deleteOldRevocations(tx: Tx): Promise<void> {
  await tx.deleteFrom('revocations').where('at', '<', sql<Date>`now() - interval '1 hour'`).execute()
}
