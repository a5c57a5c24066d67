import { CannotStart } from '../cannot-start.ts'

/**
 * Adds the settings of a file to the environment, which wins over it. There need not be one.
 * @throws CannotStart when it is there and cannot be read
 */
export function loadEnvFile(path: string): void {
  try {
    process.loadEnvFile(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return
    throw new CannotStart(
      code === 'EACCES'
        ? `${path} cannot be read: this user may not open it.`
        : `${path} cannot be read: it must be a text file with a line NAME=value for each setting.`,
    )
  }
}
