import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { newId } from '../../platform/ids.ts'
import type { Phone } from '../../platform/phone.ts'
import { ensureByPhone, lockUser, readByIdentity, updateAccess } from './account-queries.ts'
import { insertAuditEvents } from './audit-queries.ts'
import type { Role } from './permissions.ts'
import { insertUserRevocation } from './revocation-queries.ts'

/**
 * Gives a role to the account of a number, or takes it away, on behalf of whoever runs this server. The account is made
 * when there is none, so that the first admin can be named before he signs in; nothing is taken from an account that is not there.
 * The roles that it has now.
 */
export async function grantRole(
  { database, clock }: { database: Pick<Database, 'db'>; clock: Clock },
  { phone, role, isGranted }: { phone: Phone; role: Role; isGranted: boolean },
): Promise<{ userId: string; roles: readonly Role[] } | undefined> {
  const now = new Date(clock.now())
  return inTransaction(database.db, async (tx) => {
    if (!isGranted && !(await readByIdentity(tx, 'phone', phone))) return undefined
    const userId = await ensureByPhone(tx, newId('usr'), phone, now)
    const user = await lockUser(tx, userId)
    if (!user) throw new Error('an erased account has no number')
    const others = user.roles.filter((each) => each !== role)
    const roles: Role[] = isGranted ? [...others, role] : others
    if (roles.length === 0) roles.push('customer')
    const { version } = await updateAccess(tx, userId, { ...user, roles })
    await insertUserRevocation(tx, userId, version)
    const details = { roles, before: { roles: user.roles }, by: 'command' }
    await insertAuditEvents(tx, now, [{ kind: 'user.roles_changed', userId, details }])
    return { userId, roles }
  })
}
