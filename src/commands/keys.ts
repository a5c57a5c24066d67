import { operateAccounts } from './operate-accounts.ts'

/** `npm run keys -- list | rotate` */
await operateAccounts(['keys', ...process.argv.slice(2)])
