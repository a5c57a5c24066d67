import chance from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { PGlite } from '@electric-sql/pglite'
import { loadExtensions } from '../src/platform/database/embedded/extensions.ts'
import { type ClusterHeader, preparedCluster } from '../src/platform/database/embedded/prepared-cluster.ts'

/**
 * Writes the cluster that a first start unpacks, or with `--check` says whether it is the one that this PGlite makes.
 * PGlite's own initialisation takes some ten seconds and 1.1 GB. The same PGlite always makes the same bytes: while it
 * runs, the clock stands still and chance is always the same.
 */
const project = join(import.meta.dirname, '..')
const { version } = JSON.parse(readFileSync(join(project, 'node_modules/@electric-sql/pglite/package.json'), 'utf8'))

function stopTimeAndChance(): void {
  const at = Date.UTC(2026, 0, 1)
  Date.now = () => at
  performance.now = () => 1000
  const fill = <T>(view: T): T => {
    if (ArrayBuffer.isView(view)) new Uint8Array(view.buffer, view.byteOffset, view.byteLength).fill(7)
    return view
  }
  Object.assign(chance, { randomFillSync: fill })
  crypto.getRandomValues = fill
}

const segmentBytes = 1_048_576

/**
 * An initialised cluster with nothing in it but extensions: segments of the log have 1 MB, the template databases are gone.
 * Returns the only segment that a start needs, and where in it the last checkpoint is.
 */
async function initialise(folder: string): Promise<{ segment: string; end: number }> {
  const extensions = await loadExtensions()
  const pglite = await PGlite.create(folder, { initDbStartParams: ['--wal-segsize=1'], extensions })
  // Here already, because making them takes a third of a second of every first start.
  for (const name of Object.keys(extensions)) await pglite.exec(`create extension ${name}`)
  await pglite.exec('update pg_database set datistemplate = false')
  for (const template of ['template0', 'template1']) await pglite.exec(`drop database ${template}`)
  await pglite.exec('vacuum (full, freeze, analyze)')
  await pglite.exec('checkpoint; select pg_switch_wal(); checkpoint')
  const { rows } = await pglite.query<{ segment: string; at: string }>(
    `select pg_walfile_name(lsn) as segment, lsn - '0/0'::pg_lsn as at from pg_current_wal_lsn() as lsn`,
  )
  await pglite.close() // writes one more checkpoint, of some hundred bytes
  const { segment = '', at = 0 } = rows[0] ?? {}
  return { segment, end: (Number(at) % segmentBytes) + 16_384 }
}

const isLeftOver = (path: string): boolean => /(?:^postmaster\.(?:pid|opts)|pg_internal\.init)$/.test(path)

function withoutZeros(content: Buffer): Buffer {
  let end = content.length
  while (end > 0 && content[end - 1] === 0) end -= 1
  return content.subarray(0, end)
}

function pack(folder: string, { segment, end }: { segment: string; end: number }): Buffer {
  const header: ClusterHeader = { pglite: version, folders: [], files: [] }
  const parts: Buffer[] = []
  for (const path of (readdirSync(folder, { recursive: true }) as string[]).sort()) {
    if (statSync(join(folder, path)).isDirectory()) header.folders.push(path)
    else if (path.startsWith('pg_wal/') ? path.endsWith(segment) : !isLeftOver(path)) {
      const content = readFileSync(join(folder, path))
      if (path.endsWith(segment)) content.fill(0, end) // a segment is used again with its old content
      const stored = withoutZeros(content)
      header.files.push([path, content.length, stored.length])
      parts.push(stored)
    }
  }
  const whole = Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), ...parts])
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 }
  return brotliCompressSync(whole, { params })
}

stopTimeAndChance()
const folder = mkdtempSync(join(tmpdir(), 'cluster-'))
try {
  const packed = pack(folder, await initialise(folder))
  if (!process.argv.includes('--check')) {
    writeFileSync(preparedCluster, packed)
    console.log(`Written: ${packed.length} bytes for PGlite ${version}.`)
  } else if (!packed.equals(readFileSync(preparedCluster))) {
    console.error('The prepared cluster is not what this PGlite makes: run tools/write-embedded-cluster.ts.')
    process.exitCode = 1
  }
} finally {
  rmSync(folder, { recursive: true })
}
