import type { Role } from './permissions.ts'

export type Locale = 'en' | 'hi'

/** An account. Phone and e-mail are both ways in, and each belongs to one account at most. */
export interface User {
  id: string
  phone: string | null
  email: string | null
  name: string | null
  locale: Locale | null
  roles: Role[]
  storeIds: string[]
  /** Grows with each change that makes access tokens stale. */
  version: number
  blockedAt: Date | null
  blockReason: string | null
  createdAt: Date
  lastActiveAt: Date
}

/** An account as its owner sees it. */
export interface UserView {
  id: string
  phone: string | null
  email: string | null
  name: string | null
  locale: Locale | null
  roles: Role[]
  storeIds: string[]
  createdAt: string
}

export const toUserView = (user: Omit<User, 'version' | 'blockedAt' | 'blockReason' | 'lastActiveAt'>): UserView => ({
  id: user.id,
  phone: user.phone,
  email: user.email,
  name: user.name,
  locale: user.locale,
  roles: user.roles,
  storeIds: user.storeIds,
  createdAt: user.createdAt.toISOString(),
})

/** A number whose account slept for so long may have been given to somebody else. */
const idleDaysUntilRecycled = 180

const dayMs = 86_400_000

/** An account that was active after this moment still belongs to whoever has its number. */
export const idleSince = (now: number): Date => new Date(now - idleDaysUntilRecycled * dayMs)

/** What an admin wants of an account; what is absent stays. */
export interface UserChange {
  roles?: readonly Role[]
  storeIds?: readonly string[]
  /** `null` ends a block. */
  blocked?: { reason: string } | null
}

/**
 * What is wrong with a change, or `undefined`. Nobody takes the admin role from himself and nobody blocks himself, so
 * that one admin is always left.
 */
export function objectionTo(
  change: UserChange,
  { target, actorId }: { target: Pick<User, 'id' | 'roles' | 'storeIds'>; actorId: string },
): 'ownAdminRole' | 'ownBlock' | 'storeRequired' | undefined {
  const roles = change.roles ?? target.roles
  const storeIds = change.storeIds ?? target.storeIds
  if (target.id === actorId && change.blocked) return 'ownBlock'
  if (target.id === actorId && target.roles.includes('admin') && !roles.includes('admin')) return 'ownAdminRole'
  if ((change.roles || change.storeIds) && roles.includes('storeManager') && storeIds.length === 0)
    return 'storeRequired'
  return undefined
}
