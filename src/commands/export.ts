import { exportRows } from './export-rows.ts'
import { openKinds } from './open-kinds.ts'

/** `npm run export -- <kind> [--store BLR-1] [--format csv|jsonl] [--out file]` */
await exportRows(process.argv.slice(2), openKinds)
