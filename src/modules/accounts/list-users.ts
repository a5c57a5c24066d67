import type { Database } from '../../platform/database/database.ts'
import { type PageRequest, pageOf } from '../../platform/http/pagination.ts'
import type { PhoneParser } from '../../platform/phone.ts'
import { userProblems } from './account-problems.ts'
import { readUser, listUsers as readUsers } from './account-queries.ts'
import type { Role } from './permissions.ts'
import type { User } from './user.ts'

export interface ListUsersInput {
  /** A phone number in any notation, or the beginning of a name or an e-mail address. */
  search?: string
  role?: Role
  page: PageRequest
}

/** Accounts, the newest first. Erased ones are not among them. */
export async function listUsers(
  { database, parsePhone }: { database: Pick<Database, 'db'>; parsePhone: PhoneParser },
  { search, role, page }: ListUsersInput,
): Promise<{ items: readonly User[]; nextCursor: string | null }> {
  const beginning = search?.trim().toLowerCase()
  const phone = search === undefined ? undefined : parsePhone(search)
  const before = page.after?.[0]
  const users = await readUsers(database.db, {
    ...(phone !== undefined ? { phone } : beginning ? { beginning } : {}),
    ...(role !== undefined && { role }),
    ...(before !== undefined && { before }),
    limit: page.limit + 1,
  })
  return pageOf(users, page, ({ id }) => [id])
}

/** @throws user.not_found, of erased ones too */
export async function findUser(
  { database }: { database: Pick<Database, 'db'> },
  { userId }: { userId: string },
): Promise<User> {
  const user = await readUser(database.db, userId)
  if (!user) throw userProblems.notFound()
  return user
}
