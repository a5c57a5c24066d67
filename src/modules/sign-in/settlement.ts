import type { DeliveryState, SmsResult, VendorOffer } from '../messaging/index.ts'

export interface Settlement {
  /** It went as the store planned: nothing to tell it. */
  asPlanned: boolean
  /** The messages that may be on their way. */
  parts: { vendor: string; state: DeliveryState }[]
  /** What each of them costs. */
  paid: VendorOffer[]
  /** Their price, less what was reserved for the planned vendor. */
  extraPaise: number
}

/** What a send came to, against the one message that the store reserved for `planned`. A vendor that refused charges nothing. */
export function settlementOf(
  offers: readonly VendorOffer[],
  planned: string,
  { attempts, outcome }: SmsResult,
): Settlement {
  const priceOf = (vendor: string): number => offers.find(({ id }) => id === vendor)?.pricePaise ?? 0
  const sent = attempts.filter((attempt) => attempt.outcome === 'accepted' || attempt.mayHaveSent)
  const paid = sent.map(({ vendor }) => ({ id: vendor, pricePaise: priceOf(vendor) }))
  const total = paid.reduce((sum, { pricePaise }) => sum + pricePaise, 0)
  return {
    asPlanned: outcome === 'accepted' && sent.length === 1 && sent[0]?.vendor === planned,
    parts: sent.map(({ vendor }) => ({ vendor, state: 'queued' })),
    paid,
    extraPaise: total - priceOf(planned),
  }
}
