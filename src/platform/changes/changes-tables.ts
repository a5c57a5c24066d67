import type { Generated } from 'kysely'

interface ChangeTable {
  id: Generated<number>
  topic: string
  key: string
  /** The transaction's number, as text. */
  xid: Generated<string>
  at: Generated<Date>
}

declare module '../database/database.ts' {
  interface Tables {
    changes: ChangeTable
  }
}
