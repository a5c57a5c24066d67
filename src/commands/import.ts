import { importFiles } from './import-files.ts'
import { openKinds } from './open-kinds.ts'

/** `npm run import -- <file> … [--kind products] [--store BLR-1] [--continue] [--dry-run]` */
await importFiles(process.argv.slice(2), openKinds)
