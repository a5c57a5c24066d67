/** Rupees as people write them (`12`, `0.25`) in integer paise; `undefined` for anything else. */
export function parseRupees(text: string): number | undefined {
  const match = /^(\d{1,10})(?:\.(\d{1,2}))?$/.exec(text)
  if (!match) return undefined
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
}

/** Integer paise as rupees with two decimals: `25` → `0.25`. */
export const formatRupees = (paise: number): string => (paise / 100).toFixed(2)
