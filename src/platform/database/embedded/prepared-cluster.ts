import { mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'

/** What stands in front of the bytes, on a line of JSON. */
export interface ClusterHeader {
  /** Version of PGlite that made it. */
  pglite: string
  folders: string[]
  /** Path, size, and how many of its bytes are stored: the rest are zeros. */
  files: [path: string, size: number, stored: number][]
}

/** Made by `tools/write-embedded-cluster.ts`: an initialised cluster with nothing in it but extensions. */
export const preparedCluster = join(import.meta.dirname, 'prepared-cluster.br')

export function readCluster(file = preparedCluster): { header: ClusterHeader; bytes: Buffer } {
  const content = brotliDecompressSync(readFileSync(file))
  const end = content.indexOf('\n')
  return { header: JSON.parse(content.toString('utf8', 0, end)) as ClusterHeader, bytes: content.subarray(end + 1) }
}

const unfinished = (cluster: string): string => `${cluster}.unfinished`

/** Makes a cluster in one step: a crash half-way leaves nothing that looks like one. */
export async function makeCluster(cluster: string, make: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = unfinished(cluster)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { mode: 0o700 })
  await make(folder)
  renameSync(folder, cluster)
}

/** Unpacks the prepared cluster into an empty folder. */
export function unpackCluster(folder: string, file = preparedCluster): void {
  const { header, bytes } = readCluster(file)
  for (const path of header.folders) mkdirSync(join(folder, path), { recursive: true, mode: 0o700 })
  let at = 0
  for (const [path, size, stored] of header.files) {
    const name = join(folder, path)
    writeFileSync(name, bytes.subarray(at, at + stored), { mode: 0o600 })
    if (size > stored) truncateSync(name, size)
    at += stored
  }
}
