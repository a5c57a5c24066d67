import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, readConfig } from './config.ts'
import { CannotStart } from './platform/cannot-start.ts'
import { systemClock } from './platform/clock.ts'
import { loadEnvFile } from './platform/config/load-env-file.ts'
import { Secret } from './platform/config/secret.ts'
import { folderFault } from './platform/database/embedded/folder-fault.ts'
import { makeFolder } from './platform/database/embedded/make-folder.ts'

/**
 * The configuration of this process, from `.env` and the environment. In development a SECRET_KEY that is not set is
 * made once and kept in DATA_DIR, so that sessions outlive a restart.
 *
 * @param embeddedIsDevelopment for commands: where no DATABASE_URL is set, the embedded database of `npm run dev` is meant
 * @throws CannotStart
 */
export function loadConfig({ embeddedIsDevelopment = false } = {}): Config {
  loadEnvFile('.env')
  const { env } = process
  const isMeant = embeddedIsDevelopment && !env['DATABASE_URL'] && !env['NODE_ENV']
  const config = readConfig(isMeant ? { ...env, NODE_ENV: 'development' } : env, systemClock.now())
  if (config.signIn.secretKey) return config
  return { ...config, secretKey: keptSecret(config.database.folder, config.secretKey) }
}

/** The secret in the folder; of processes that start at once all get the same. */
function keptSecret(folder: string, fresh: Secret): Secret {
  const file = join(folder, 'secret-key')
  try {
    makeFolder(folder)
    if (!existsSync(file)) keep(file, fresh)
    const kept = readFileSync(file, 'utf8')
    if (kept.length >= 32) return new Secret(kept)
  } catch (error) {
    throw folderFault(folder, error)
  }
  throw new CannotStart(`${file} holds no key. Delete it together with the data beside it to start anew.`)
}

/** Puts it there whole or not at all, and only where there is none. */
function keep(file: string, secret: Secret): void {
  const own = `${file}.${process.pid}`
  try {
    writeFileSync(own, secret.reveal(), { mode: 0o600 })
    linkSync(own, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(own, { force: true })
  }
}
