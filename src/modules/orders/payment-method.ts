import type { Problem } from '../../platform/http/problem.ts'
import type { MethodForAmount } from '../payments/index.ts'
import { placeProblems } from './place-problems.ts'

/** The way to pay of this name, where it takes the amount that these are for. */
export const findMethod = (methods: readonly MethodForAmount[], id: string): MethodForAmount | undefined =>
  methods.find((each) => each.id === id && each.isOpen)

/** That an order cannot be paid so; with the smallest and the largest that can, where there is such a way. */
export function methodUnavailable(methods: readonly MethodForAmount[], id: string): Problem {
  const { leastPaise, mostPaise } = methods.find((each) => each.id === id) ?? {}
  return placeProblems.paymentMethodUnavailable(leastPaise === undefined ? {} : { leastPaise, mostPaise })
}
