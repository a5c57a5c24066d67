import { operateAccounts } from './operate-accounts.ts'

/** `npm run admin -- grant | revoke <phone number> [role]` */
await operateAccounts(['admin', ...process.argv.slice(2)])
