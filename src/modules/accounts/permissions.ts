/** What somebody may do. `storeManager` and `picker` act in the stores of their account only. */
export const roles = ['customer', 'picker', 'rider', 'storeManager', 'admin'] as const
export type Role = (typeof roles)[number]

export const isRole = (text: unknown): text is Role => (roles as readonly unknown[]).includes(text)

/** Whoever makes a request, as their access token says. */
export interface Caller {
  userId: string
  sessionId: string
  roles: readonly Role[]
  storeIds: readonly string[]
}

export const hasAnyRole = ({ roles: own }: Pick<Caller, 'roles'>, wanted: readonly Role[]): boolean =>
  wanted.some((role) => own.includes(role))

/** Whether somebody may act in a store: an admin in each, others with one of the roles in the stores of their account. */
export const mayActIn = (
  { roles: own, storeIds }: Pick<Caller, 'roles' | 'storeIds'>,
  storeId: string,
  wanted: readonly Role[] = ['storeManager'],
): boolean => own.includes('admin') || (storeIds.includes(storeId) && hasAnyRole({ roles: own }, wanted))
