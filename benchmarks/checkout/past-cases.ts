import type { Case, CaseResult } from '../harness/measure.ts'
import { type Fact, fact } from '../harness/report.ts'
import { checkoutCase, shopping } from './checkout-cases.ts'
import { openMarket, type Trading } from './market.ts'

const shoppers = 16

/** The same checkout where there have been a million orders. */
export const pastCases = (trading: Trading): Case[] => [
  {
    name: checkoutCase(shoppers, { history: 'long' }),
    connections: shoppers,
    start: async () => shopping(await openMarket(trading, { history: 'long' })),
  },
]

/** What a checkout costs after a million orders for what it costs after a thousand, round by round. */
export function growthOf(cases: readonly CaseResult[]): Fact[] {
  const runsOf = (name: string) => cases.find((each) => each.name === name)?.runs
  const [few, many] = [runsOf(checkoutCase(shoppers)), runsOf(checkoutCase(shoppers, { history: 'long' }))]
  if (!few || !many) return []
  const ratios = many.map(({ cpuMsPerOp = Number.NaN }, round) => cpuMsPerOp / (few[round]?.cpuMsPerOp ?? Number.NaN))
  return [fact('CPU of a checkout: 1,000,000 past orders for 1,000', '×', ratios, { atMost: 1.25 })]
}
