import type { Database } from '../../platform/database/database.ts'
import { httpProblems } from '../../platform/http/http-problems.ts'
import { updateProfile as writeProfile } from './account-queries.ts'
import { readOwn } from './read-own.ts'
import { type Locale, toUserView, type UserView } from './user.ts'

export interface UpdateProfileInput {
  userId: string
  /** `null` takes it away; absent, it stays. */
  name?: string | null
  locale?: Locale | null
}

/** Changes what a user says of himself. @throws request.unauthorized when the account was deleted a moment ago */
export async function updateProfile(
  deps: { database: Pick<Database, 'db' | 'lookUp'> },
  { userId, name, locale }: UpdateProfileInput,
): Promise<UserView> {
  if (name === undefined && locale === undefined) return readOwn(deps, { userId })
  const user = await writeProfile(deps.database.db, userId, {
    ...(name !== undefined && { name: name === null ? null : name.trim() }),
    ...(locale !== undefined && { locale }),
  })
  if (!user) throw httpProblems.unauthorized()
  return toUserView(user)
}
