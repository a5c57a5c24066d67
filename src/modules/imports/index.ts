import type { FastifyPluginAsync } from 'fastify'
import type { Accounts } from '../accounts/index.ts'
import { exportRoutes } from './export-routes.ts'
import { createImportParts, type ImportOperations, type ImportOperationsDeps } from './import-parts.ts'
import { importRoutes } from './import-routes.ts'
import { uploadRoutes } from './upload-routes.ts'

export {
  columnsOf,
  integer,
  list,
  oneOf,
  oneOfNumbers,
  optional,
  type RowOf,
  readCells,
  required,
  rupees,
  text,
  yesOrNo,
} from './cells.ts'
export type { FileToExport } from './export-command.ts'
export type { FaultAt, Import, ImportFormat } from './import.ts'
export type { FileToImport } from './import-command.ts'
export type {
  Applied,
  ApplyContext,
  Fault,
  ImportKind,
  ImportScope,
  Numbered,
} from './import-kind.ts'
export type { ImportOperations, ImportOperationsDeps } from './import-parts.ts'
export { importsSettings } from './imports-settings.ts'
export type { KnownStores } from './take-upload.ts'

export interface ImportsDeps extends ImportOperationsDeps {
  authenticate: Accounts['authenticate']
}

export interface Imports extends ImportOperations {
  /** `/imports*`, `/exports/:kind`, for the prefix `/api`. */
  routes: FastifyPluginAsync
}

/** The same without requests, for commands. */
export const createImportOperations = (deps: ImportOperationsDeps): ImportOperations =>
  createImportParts(deps).operations

/**
 * Owns files on their way into the tables of others, and back out: receiving, keeping rows, reports, repeating. Promises
 * that all rows of a file are applied once or, where it stops at faults, none; that a crash at any point leaves it so; that
 * of two files of a kind one is applied after the other; and that no file is in memory as a whole. It knows no rows: the
 * kinds that are handed to it do. Nothing it logs or counts holds a row or a file's name.
 */
export function createImports(deps: ImportsDeps): Imports {
  const { operations, ...parts } = createImportParts(deps)
  return {
    ...operations,
    async routes(app) {
      for (const each of [importRoutes, uploadRoutes, exportRoutes])
        await app.register(each({ ...parts, authenticate: deps.authenticate }))
    },
  }
}
