import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** A socket's address holds 104 bytes on some systems, and its name takes 20 of them. */
const longest = 80

/** Runs work with a path to the folder that is short enough for a socket's address, and good for as long as the work runs. */
export async function withShortPath<T>(folder: string, work: (path: string) => Promise<T>): Promise<T> {
  if (Buffer.byteLength(folder) <= longest) return work(folder)
  const detour = mkdtempSync(join(tmpdir(), 'b-'))
  try {
    const path = join(detour, 'd')
    symlinkSync(resolve(folder), path)
    return await work(path)
  } finally {
    rmSync(detour, { recursive: true })
  }
}
