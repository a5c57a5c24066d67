import type { PaymentMethod } from '../payments/index.ts'

/** The way to pay of this name, where it takes such a total. */
export const findMethod = (
  methods: readonly PaymentMethod[],
  { id, totalPaise }: { id: string; totalPaise: number },
): PaymentMethod | undefined =>
  methods.find(
    (each) => each.id === id && totalPaise >= each.leastPaise && totalPaise <= (each.mostPaise ?? totalPaise),
  )
