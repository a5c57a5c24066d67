import type { Database } from '../../platform/database/database.ts'
import { httpProblems } from '../../platform/http/http-problems.ts'
import { readOwnAccount } from './account-queries.ts'
import { toUserView, type UserView } from './user.ts'

/** The account of a caller. @throws request.unauthorized when it was deleted a moment ago; Unavailable */
export async function readOwn(
  { database }: { database: Pick<Database, 'lookUp'> },
  { userId }: { userId: string },
): Promise<UserView> {
  const user = await readOwnAccount(database, userId)
  if (!user) throw httpProblems.unauthorized()
  return toUserView(user)
}
