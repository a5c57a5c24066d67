import type { ColumnType, Generated } from 'kysely'
import type { ImportFormat, ImportStatus, OnFault } from './import.ts'
import type { ImportScope, Numbered } from './import-kind.ts'

/** Read as JSON, written as its text. */
type Json<T> = ColumnType<T, string, string>

interface ImportTable {
  id: string
  kind: string
  format: ImportFormat
  on_fault: OnFault
  is_dry_run: boolean
  scope: Json<ImportScope>
  file_name: string | null
  status: ImportStatus
  rows_read: Generated<number>
  rows_faulty: Generated<number>
  faults_found: Generated<number>
  rows_applied: Generated<number>
  created: Generated<number>
  changed: Generated<number>
  unchanged: Generated<number>
  actor_id: string | null
  created_at: Date
  updated_at: Date
  applied_at: Date | null
  finished_at: Date | null
}

interface ImportChunkTable {
  import_id: string
  number: number
  rows: Json<Numbered<unknown>[]>
}

interface ImportFaultTable {
  import_id: string
  number: number
  line: number
  column_name: string | null
  reason: string
}

declare module '../../platform/database/database.ts' {
  interface Tables {
    imports: ImportTable
    import_chunks: ImportChunkTable
    import_faults: ImportFaultTable
  }
}
