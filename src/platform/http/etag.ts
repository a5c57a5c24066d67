import { defineProblems } from './problem.ts'

/** Of changes that say which version they are made to. */
export const editProblems = defineProblems('edit', {
  versionRequired: { status: 428, message: 'Say in If-Match which version you change: the ETag of what you read' },
  conflict: { status: 412, message: 'Somebody else changed it meanwhile. Read it again first' },
})

/** The validator of a version, for the `ETag` header. */
export const etagOf = (version: number): string => `"${version}"`

/**
 * The version that a change is made to, from its `If-Match` header.
 * @throws edit.version_required without one, edit.conflict for what is no version of ours
 */
export function readIfMatch(header: string | undefined): number {
  if (header === undefined) throw editProblems.versionRequired()
  const version = /^\s*(?:W\/)?"(\d{1,9})"\s*$/.exec(header)?.[1]
  if (version === undefined) throw editProblems.conflict()
  return Number(version)
}

/** Whether a client has this very version already, by its `If-None-Match` header. */
export const matches = (header: string | undefined, etag: string): boolean =>
  header !== undefined &&
  (header === etag || header.split(',').some((each) => each.trim().replace(/^W\//, '') === etag || each.trim() === '*'))
