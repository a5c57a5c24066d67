/**
 * An amount in parts that stand to each other as the weights do, and add up to it exactly. No part is more than its
 * weight while the amount is not more than all of them; of equal claims to a last unit the first has it. Everything is
 * a whole number, none negative, and products stay exact: the amount times a weight may be more than a double holds.
 */
export function spread(amount: number, weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  if (total === 0) return weights.map(() => 0)
  const shares = weights.map((weight) => {
    const product = BigInt(amount) * BigInt(weight)
    return { part: Number(product / BigInt(total)), rest: Number(product % BigInt(total)) }
  })
  const missing = amount - shares.reduce((sum, { part }) => sum + part, 0)
  const order = shares.map((_, at) => at).sort((a, b) => (shares[b]?.rest ?? 0) - (shares[a]?.rest ?? 0) || a - b)
  const rounded = new Set(order.slice(0, missing))
  return shares.map(({ part }, at) => part + (rounded.has(at) ? 1 : 0))
}
