import { parseArgs } from 'node:util'
import { createShopClient, Refused } from '../journey/shop-client.ts'
import { walk } from '../journey/walk.ts'
import { loadConfig } from '../load-config.ts'
import { CannotStart } from '../platform/cannot-start.ts'
import { newId, randomSecret } from '../platform/ids.ts'
import { operateAccounts } from './operate-accounts.ts'
import { isAskedForHelp, printFailure } from './run-and-print.ts'

const usage = 'Use: npm run demo [-- --url http://127.0.0.1:5000], while npm run dev is running'

const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** Ten digits of a mobile number that is most probably nobody's on this server. */
const newNumber = (): string => `98${String(randomSecret(4).readUInt32BE() % 100_000_000).padStart(8, '0')}`

async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { url: { type: 'string' } } })
  const { http } = loadConfig({ embeddedIsDevelopment: true })
  const api = `${values.url ?? `http://127.0.0.1:${http.port}`}/api`
  await walk({
    customer: createShopClient(api),
    staff: createShopClient(api),
    makeAdmin: (phoneNumber) => operateAccounts(['admin', 'grant', phoneNumber, 'admin']),
    newNumber,
    newKey: () => newId('key'),
    say,
  })
}

/** `npm run demo`: a walk through the shop, told in words. */
const args = process.argv.slice(2)
if (isAskedForHelp(args)) say(usage)
else
  await main(args).catch((error: unknown) =>
    printFailure(error instanceof Refused ? new CannotStart(error.message) : error),
  )
