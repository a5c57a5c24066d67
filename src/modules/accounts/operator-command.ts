import { CannotStart } from '../../platform/cannot-start.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Secret } from '../../platform/config/secret.ts'
import type { Database } from '../../platform/database/database.ts'
import { maskPhone } from '../../platform/observability/mask.ts'
import type { PhoneParser } from '../../platform/phone.ts'
import { grantRole } from './grant-role.ts'
import { listKeys, rotateKeys } from './manage-keys.ts'
import { isRole, roles } from './permissions.ts'

export interface OperatorCommandDeps {
  database: Pick<Database, 'db'>
  parsePhone: PhoneParser
  secretKey: Secret
  previousSecretKey?: Secret
  clock: Clock
}

const adminUsage = `Use: npm run admin -- grant|revoke <phone number> [role], with one of ${roles.join(', ')}; admin without one`
const keysUsage = 'Use: npm run keys -- list|rotate [--lost]'

async function runAdmin(
  deps: OperatorCommandDeps,
  [verb, number = '', role = 'admin', ...more]: string[],
): Promise<string[]> {
  if ((verb !== 'grant' && verb !== 'revoke') || !isRole(role) || more.length > 0) throw new CannotStart(adminUsage)
  const phone = deps.parsePhone(number)
  if (!phone) throw new CannotStart('That is no mobile number of SMS_COUNTRIES.')
  const changed = await grantRole(deps, { phone, role, isGranted: verb === 'grant' })
  if (!changed) throw new CannotStart('There is no account with that number.')
  const { userId, roles: now } = changed
  return [`${maskPhone(phone)} (${userId}) has these roles now: ${now.join(', ')}`]
}

async function runKeys(deps: OperatorCommandDeps, [verb, ...more]: string[]): Promise<string[]> {
  const isLost = verb === 'rotate' && more.length === 1 && more[0] === '--lost'
  if ((verb !== 'rotate' && verb !== 'list') || (more.length > 0 && !isLost)) throw new CannotStart(keysUsage)
  if (verb === 'rotate') return [`${await rotateKeys({ ...deps, isLost })} signs from now on.`]
  const keys = await listKeys(deps)
  if (keys.length === 0) return ['There is no key yet: the first start of the server makes one.']
  return keys.map(
    ({ id, createdAt, retiredAt }) =>
      `${id}  made ${createdAt.toISOString()}  ${retiredAt ? `retired ${retiredAt.toISOString()}` : 'signs'}`,
  )
}

/**
 * What `npm run admin` and `npm run keys` do, in the process that has the database. The lines to print.
 * @throws CannotStart when the command is none, or cannot be done
 */
export function runOperatorCommand(deps: OperatorCommandDeps, [subject, ...args]: string[]): Promise<string[]> {
  return subject === 'keys' ? runKeys(deps, args) : runAdmin(deps, args)
}
