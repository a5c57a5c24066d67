import type { Readable } from 'node:stream'
import type { Database } from '../../platform/database/database.ts'
import { httpProblems } from '../../platform/http/http-problems.ts'
import type { Caller } from '../accounts/index.ts'
import type { Import, NewImport } from './import.ts'
import type { ImportKind, ImportScope } from './import-kind.ts'
import { importProblems } from './import-problems.ts'
import { readBody } from './read-body.ts'
import { beginImport, type ReceiveDeps, receiveRows } from './receive-import.ts'

/** What imports ask about stores, which are another module's. */
export interface KnownStores {
  findIdByCode(code: string): Promise<string | undefined>
  exists(storeId: string): Promise<boolean>
}

export interface KindsDeps {
  database: Pick<Database, 'db'>
  kinds: ReadonlyMap<string, ImportKind>
  stores?: KnownStores
}

/**
 * The kind of that name, for somebody who may import and export it in this scope.
 * @throws import.unknown_kind, request.forbidden, import.store_not_found
 */
export async function kindFor(
  { kinds, stores }: Pick<KindsDeps, 'kinds' | 'stores'>,
  { caller, name, scope }: { caller: Caller; name: string; scope: ImportScope },
): Promise<ImportKind> {
  const kind = kinds.get(name)
  if (!kind) throw importProblems.unknownKind()
  if (!kind.mayBeUsedBy(caller, scope)) throw httpProblems.forbidden()
  const { storeId } = scope
  if (storeId !== undefined && stores && !(await stores.exists(storeId))) throw importProblems.storeNotFound()
  return kind
}

export interface Upload extends Pick<NewImport, 'format' | 'onFault' | 'isDryRun' | 'fileName' | 'scope'> {
  caller: Caller
  kind: string
  body: Readable
  /** What the sender says of its size. */
  announcedBytes: number
}

export interface TakeUploadDeps extends ReceiveDeps, KindsDeps {
  database: ReceiveDeps['database']
  mostBytes: number
  /** How many files are being received now. */
  uploads: { count: number }
}

const mostAtOnce = 4
const longestPauseMs = 30_000

/**
 * Receives a file from whoever may import its kind: to its end, or to where it cannot be read any further. What is wrong
 * with its rows is in the import's report.
 * @throws import.too_large, import.too_many, import.abandoned; what `kindFor` throws
 */
export async function takeUpload(deps: TakeUploadDeps, upload: Upload): Promise<Import> {
  const { caller, kind: name, body, announcedBytes, ...given } = upload
  const { mostBytes, uploads } = deps
  const kind = await kindFor(deps, { caller, name, scope: given.scope })
  if (announcedBytes > mostBytes) throw importProblems.tooLarge()
  if (uploads.count >= mostAtOnce) throw importProblems.tooMany({ retryAfter: 5 })
  uploads.count += 1
  try {
    const opened = await beginImport(deps, { ...given, kind: name, actorId: caller.userId })
    return await receiveRows(deps, { kind, opened, bytes: readBody(body, { mostBytes, longestPauseMs }) })
  } finally {
    uploads.count -= 1
  }
}
