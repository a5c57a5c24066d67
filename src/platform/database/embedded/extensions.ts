import type { Extensions } from '@electric-sql/pglite'

/** What migrations create on PostgreSQL from its contrib modules; the embedded database has to be given it at each start. */
export async function loadExtensions(): Promise<Extensions> {
  const [{ pg_trgm }, { fuzzystrmatch }] = await Promise.all([
    import('@electric-sql/pglite/contrib/pg_trgm'),
    import('@electric-sql/pglite/contrib/fuzzystrmatch'),
  ])
  return { pg_trgm, fuzzystrmatch }
}
