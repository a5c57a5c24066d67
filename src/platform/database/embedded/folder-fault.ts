import { CannotStart } from '../../cannot-start.ts'

const reasons: Record<string, string> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'it is on a file system that is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: "this user's share of the disk is full",
  ENOTDIR: 'a part of its path is a file',
  ENOENT: 'it cannot be made there',
  EEXIST: 'there is a file of that name',
  EISDIR: 'there is a folder where a file belongs',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'a link in its path leads nowhere',
  EOPNOTSUPP: 'its file system knows no sockets',
}

/** A cluster that this version of PGlite cannot open. */
export class UnfitCluster extends Error {
  override readonly name = 'UnfitCluster'
}

/** Why a cluster could not be opened, by the last thing that PostgreSQL said. */
export function clusterFault(said: string, error: unknown): unknown {
  if (error instanceof Error && 'code' in error) return error
  if (said.includes('No space left')) return Object.assign(new Error(said), { code: 'ENOSPC' })
  if (said.includes('Read-only file system')) return Object.assign(new Error(said), { code: 'EROFS' })
  if (said.includes('Permission denied')) return Object.assign(new Error(said), { code: 'EACCES' })
  return new UnfitCluster(said, { cause: error })
}

/** Why a data folder cannot be used, as a sentence; any other error as it is. */
export function folderFault(folder: string, error: unknown): unknown {
  if (error instanceof UnfitCluster)
    return new CannotStart(
      `What is in the data folder ${folder} cannot be opened: another version made it, or it is damaged. Move it away to start with an empty database.`,
    )
  if (error instanceof CannotStart || !(error instanceof Error)) return error
  const reason = reasons[(error as NodeJS.ErrnoException).code ?? '']
  return reason ? new CannotStart(`The data folder ${folder} cannot be used: ${reason}.`) : error
}
