import type { Client } from 'pg'

/** Databases that others are copied from. They are found again by their names while `keep` leaves them. */
export interface Templates {
  /**
   * Makes the database of this name unless it is there whole, from nothing or from another. Resolves to the name that it
   * has on the server.
   */
  ensure(name: string, make: (url: string) => Promise<void>, from?: string): Promise<string>
  /** Drops those that this process used, unless they are to be kept. */
  drop(): Promise<void>
  /** What has to be dropped when this process ends early. */
  names(): readonly string[]
}

export interface TemplateOptions {
  /** Leaves them behind for the next run. */
  keep?: boolean
  /** Drops those of runs before first. */
  fresh?: boolean
}

const prefix = 'blinkit_bench_set_'
const whole = 'whole'

const known = `
  select datname as name, shobj_description(oid, 'pg_database') = '${whole}' as "isWhole"
  from pg_database where starts_with(datname, '${prefix}')`

/** A name says all that a database is made from: of what has another name nothing is used again, and it is dropped. */
export function createTemplates(
  admin: Client,
  { keep = false, fresh = false }: TemplateOptions,
  urlOf: (name: string) => string,
): Templates {
  const used = new Set<string>()
  const dropNow = (name: string) => admin.query(`drop database if exists ${name} with (force)`)
  let isFresh = !fresh
  const readKnown = async (): Promise<{ name: string; isWhole: boolean | null }[]> => {
    const { rows } = await admin.query(known)
    if (isFresh) return rows
    isFresh = true
    for (const { name } of rows) await dropNow(name)
    return []
  }
  return {
    async ensure(name, make, from = 'template0') {
      const own = `${prefix}${name}`
      const there = (await readKnown()).find((each) => each.name === own)
      used.add(own)
      if (there?.isWhole) return own
      await dropNow(own)
      await admin.query(`create database ${own} template ${from} strategy file_copy`)
      await make(urlOf(own))
      await admin.query(`comment on database ${own} is '${whole}'`)
      return own
    },
    async drop() {
      if (keep) return
      const all = [...used, ...(await readKnown()).map(({ name }) => name)]
      for (const name of new Set(all)) await dropNow(name)
      used.clear()
    },
    names: () => (keep ? [] : [...used]),
  }
}
