import { type Caller, mayActIn, type Role } from '../accounts/index.ts'
import type { Actor } from './order.ts'
import type { Order } from './orders.ts'

const staffRoles = ['picker', 'rider', 'storeManager'] as const satisfies readonly Role[]

/** As what somebody meets an order, the least first: whose it is, who works in its store, an admin. Nobody may know of it. */
export function actorsFor(caller: Caller, { userId, storeId, riderId }: Order): Actor[] {
  const own = { ...caller, roles: caller.roles.filter((role) => role !== 'admin') }
  const isRider = riderId === caller.userId && own.roles.includes('rider')
  return [
    ...(userId === caller.userId ? (['customer'] as const) : []),
    ...staffRoles.filter((role) => mayActIn(own, storeId, [role]) || (role === 'rider' && isRider)),
    ...(caller.roles.includes('admin') ? (['admin'] as const) : []),
  ]
}

/** The same of whoever wants to know how it is: what one rider brings is no business of the others. */
export function viewersFor(caller: Caller, order: Order): Actor[] {
  const actors = actorsFor(caller, order)
  return isAnothers(order, caller) && actors.every((actor) => actor === 'rider') ? [] : actors
}

/** Whether an order is on its way with another rider. */
export const isAnothers = ({ riderId }: Pick<Order, 'riderId'>, caller: Caller): boolean =>
  riderId !== null && riderId !== caller.userId
