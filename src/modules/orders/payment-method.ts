import type { Problem } from '../../platform/http/problem.ts'
import type { PaymentMethod } from '../payments/index.ts'
import { placeProblems } from './place-problems.ts'

/** The way to pay of this name, where it takes such a total. */
export const findMethod = (
  methods: readonly PaymentMethod[],
  { id, totalPaise }: { id: string; totalPaise: number },
): PaymentMethod | undefined =>
  methods.find(
    (each) => each.id === id && totalPaise >= each.leastPaise && totalPaise <= (each.mostPaise ?? totalPaise),
  )

/** That an order cannot be paid so; with the smallest and the largest that can, where there is such a way. */
export function methodUnavailable(methods: readonly PaymentMethod[], id: string): Problem {
  const { leastPaise, mostPaise } = methods.find((each) => each.id === id) ?? {}
  return placeProblems.paymentMethodUnavailable(leastPaise === undefined ? {} : { leastPaise, mostPaise })
}
