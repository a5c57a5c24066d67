import type { SignInPolicy } from './sign-in-policy.ts'

/** What was spent, in cells of a few minutes, oldest first. */
export type Spending = readonly (readonly [cell: number, paise: number])[]

type Budget = Pick<SignInPolicy['budget'], 'cellMs' | 'windowMs'>

const lately = (spending: Spending, { cellMs, windowMs }: Budget, now: number): Spending =>
  spending.filter(([cell]) => cell >= Math.floor((now - windowMs) / cellMs))

/** Paise spent in the window that ends now, and in the rest of the cell in which it began: never too little. */
export const spentLately = (spending: Spending, budget: Budget, now: number): number =>
  lately(spending, budget, now).reduce((sum, [, paise]) => sum + paise, 0)

/** The spending with an amount more, or less when it was not needed after all. */
export function spend(spending: Spending, paise: number, budget: Budget, now: number): Spending {
  const cells = lately(spending, budget, now)
  const current = Math.floor(now / budget.cellMs)
  const last = cells.at(-1)
  return last?.[0] === current ? cells.with(-1, [current, last[1] + paise]) : [...cells, [current, paise]]
}
