import { proportion } from '../../platform/money.ts'

/** Of delivery and all other fees. */
export const feeGstBasisPoints = 1800

/** GST that an amount contains. */
export interface ContainedGst {
  cgstPaise: number
  sgstPaise: number
}

/** The tax of a rate that an amount contains, for a delivery within the state: two equal halves, each rounded half-up. */
export function gstWithin(payablePaise: number, gstBasisPoints: number): ContainedGst {
  const half = proportion(payablePaise, gstBasisPoints, 2 * (10_000 + gstBasisPoints))
  return { cgstPaise: half, sgstPaise: half }
}
