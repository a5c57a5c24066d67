import { CannotStart } from '../../platform/cannot-start.ts'
import { type ExportCommandDeps, exportStatus, type FileToExport, startExport } from './export-command.ts'
import { type FileToImport, type ImportCommandDeps, importFaults, importStatus, startImport } from './import-command.ts'

/**
 * What `npm run import` and `npm run export` ask of the process that has the database: `import start <json>`,
 * `import status | faults <id>`, `export start <json>`, `export status <id>`. Lines to read, not to print.
 * @throws CannotStart with what is wrong
 */
export async function runCommand(
  deps: ImportCommandDeps & ExportCommandDeps,
  [subject, verb, argument = '']: readonly string[],
): Promise<string[]> {
  switch (`${subject} ${verb}`) {
    case 'import start':
      return [await startImport(deps, JSON.parse(argument) as FileToImport)]
    case 'import status':
      return [await importStatus(deps, argument)]
    case 'import faults':
      return importFaults(deps, argument)
    case 'export start':
      return [await startExport(deps, JSON.parse(argument) as FileToExport)]
    case 'export status':
      return [exportStatus(deps, argument)]
    default:
      throw new CannotStart('Use: npm run import -- <file> … or npm run export -- <kind>')
  }
}
