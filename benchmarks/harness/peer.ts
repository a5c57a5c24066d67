import { spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const changedAt = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0

/** What npm tells its scripts would lead an npm inside them back to the project. */
const withoutNpm = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('npm_')))

/**
 * Installs what a folder under `peers` locks, unless that is there already. Nothing of it is part of the project, and
 * none of its install scripts run. `false` when it cannot be had.
 */
export async function installPeer(name: string): Promise<boolean> {
  const folder = fileURLToPath(new URL(`../peers/${name}`, import.meta.url))
  const installed = changedAt(join(folder, 'node_modules/.package-lock.json'))
  if (installed >= changedAt(join(folder, 'package-lock.json'))) return true
  const npm = spawn('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    env: withoutNpm(process.env),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return new Promise((resolve) => {
    npm.once('error', () => resolve(false))
    npm.once('close', (code) => resolve(code === 0))
  })
}
