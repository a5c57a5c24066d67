import { existsSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** Makes a data folder that nobody else can read. In two steps, because Node never returns from making all of a path where nothing can be made, such as in /proc. */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  if (!existsSync(dirname(resolve(folder)))) mkdirSync(dirname(resolve(folder)), { recursive: true })
  mkdirSync(folder, { mode: 0o700 })
}
