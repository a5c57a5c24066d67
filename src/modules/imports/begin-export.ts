import type { Database } from '../../platform/database/database.ts'
import type { Caller } from '../accounts/index.ts'
import { exportRows, fileNameOf } from './export-rows.ts'
import type { ImportFormat } from './import.ts'
import type { ImportScope } from './import-kind.ts'
import type { ImportsTelemetry } from './imports-telemetry.ts'
import { type KindsDeps, kindFor } from './take-upload.ts'

export interface ExportDeps extends KindsDeps {
  database: Database
  telemetry: ImportsTelemetry
}

interface ExportRequest {
  caller: Caller
  kind: string
  scope: ImportScope
  format: ImportFormat
}

async function* after(first: IteratorResult<string, unknown>, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  if (first.done) return
  yield first.value
  yield* rest
}

/** Begins an export. What fails at once is thrown, so that it can be answered. @throws what `kindFor` throws; Unavailable */
export async function beginExport(
  deps: ExportDeps,
  { caller, kind: name, scope, format }: ExportRequest,
): Promise<{ fileName: string; text: AsyncGenerator<string> }> {
  const kind = await kindFor(deps, { caller, name, scope })
  deps.telemetry.exported(name, format)
  const text = exportRows(deps, { kind, scope, format })
  return { fileName: fileNameOf({ kind, scope, format }), text: after(await text.next(), text) }
}
