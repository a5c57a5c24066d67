import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import type { PGlite } from '@electric-sql/pglite'
import type { Logger } from '../../observability/logger.ts'
import type { DatabaseTelemetry } from '../database-telemetry.ts'
import type { Engine } from '../engine.ts'
import { createEmbeddedEngine } from './embedded-engine.ts'
import { loadExtensions } from './extensions.ts'
import { clusterFault, folderFault, UnfitCluster } from './folder-fault.ts'
import { makeFolder } from './make-folder.ts'
import { type OwnedFolder, ownFolder } from './own-folder.ts'
import { makeCluster, unpackCluster } from './prepared-cluster.ts'
import { tendCluster } from './tend-cluster.ts'

interface OpenDeps {
  log: Logger
  telemetry?: DatabaseTelemetry
  /** What a first start unpacks. */
  prepared?: string
}

type Open = (cluster: string) => Promise<PGlite>

/**
 * Small buffers, because the file system's cache is beside them anyway: 16 MB save 120 MB. The log stays short, so that
 * a start after a kill replays little.
 */
const tuning = { shared_buffers: '16MB', min_wal_size: '2MB', max_wal_size: '16MB', wal_buffers: '256kB' }

/**
 * How long a function of PGlite runs before it is compiled once more to run faster: as long as V8 can count. So a start
 * of the service takes 1.5 s of CPU and 200 MB; compiling with the usual budget takes over 2 s and 740 MB. Under load the
 * busiest functions are compiled all the same, and a statement costs no more.
 */
const tieringBudget = 2_147_483_647

async function loadPglite(): Promise<Open> {
  setFlagsFromString(`--wasm-tiering-budget=${tieringBudget}`)
  const { PGlite } = await import('@electric-sql/pglite') // 15 MB that a process on PostgreSQL does not need
  const extensions = await loadExtensions()
  const startParams = [...PGlite.defaultStartParams]
  for (const [name, value] of Object.entries(tuning)) startParams.push('-c', `${name}=${value}`)
  return async (cluster) => {
    let said = ''
    const listen = (text: string) => {
      if (text.includes('FATAL') || text.includes('PANIC')) said = text
      return true
    }
    try {
      const initDbStartParams = ['--wal-segsize=1']
      return await PGlite.create(cluster, { startParams, initDbStartParams, extensions, onStderr: listen })
    } catch (error) {
      throw clusterFault(said, error)
    }
  }
}

/** Opens a cluster that was unpacked a moment ago or, where it does not fit, one that PGlite makes itself. */
async function openFirst(open: Open, cluster: string, { log, prepared }: OpenDeps): Promise<PGlite> {
  await makeCluster(cluster, (folder) => unpackCluster(folder, prepared))
  try {
    return await open(cluster)
  } catch (error) {
    if (!(error instanceof UnfitCluster)) throw error
    log.warn('the prepared database does not fit this PGlite: it makes one itself, which takes some ten seconds')
  }
  rmSync(cluster, { recursive: true })
  await makeCluster(cluster, async (folder) => (await open(folder)).close())
  return open(cluster)
}

/**
 * Opens the embedded database in a folder, which is made when it is not there. No other process can have it until this
 * one closes it or dies.
 * @throws CannotStart when another process has it, or the folder cannot be used
 */
export async function openEmbedded(folder: string, deps: OpenDeps): Promise<Engine> {
  const { log, telemetry } = deps
  let owned: OwnedFolder | undefined
  try {
    makeFolder(folder)
    const owner = await ownFolder(folder)
    owned = owner
    const open = await loadPglite()
    const cluster = join(folder, 'postgres')
    const pglite = await (existsSync(cluster) ? open(cluster) : openFirst(open, cluster, deps))
    const engine = createEmbeddedEngine(pglite, telemetry)
    const stopTending = tendCluster(engine, log)
    return {
      ...engine,
      onCommand: owner.onCommand,
      async close() {
        stopTending()
        await engine.close()
        owner.release()
      },
    }
  } catch (error) {
    owned?.release()
    throw folderFault(folder, error)
  }
}
