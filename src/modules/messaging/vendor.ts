import type * as platform from '../../platform/vendors/vendor.ts'
import { listVendors as listAnyVendors } from '../../platform/vendors/vendor.ts'
import type { LogLines } from './log-lines.ts'
import type { MessageProvider, SendOutcome } from './message-provider.ts'
import type { ChannelMetrics } from './messaging-metrics.ts'

/** A vendor that may send, and what one message costs there. */
export interface VendorOffer {
  id: string
  pricePaise: number
}

/** A provider of messages `M` with its settings and its health in this process. */
export type Vendor<M> = platform.Vendor<MessageProvider<M>>

export interface VendorsDeps<M> extends platform.VendorsDeps<MessageProvider<M>> {
  lines: LogLines
  metrics: ChannelMetrics
}

/** What a refusal says about the vendor: nothing when it is about the person, or about this one alone. */
const isFailure = (result: SendOutcome): boolean => result.outcome === 'unavailable' && !result.onlyThisRecipient

/** Every known vendor by id, the chosen ones first and in their order. Warns once of each that is only half set up. */
export const listVendors = <M>(deps: VendorsDeps<M>): Map<string, Vendor<M>> => listAnyVendors(deps, isFailure)

/** Configured vendors in configured order; those that would not be called now come last. */
export function offersOf<M>(vendors: ReadonlyMap<string, Vendor<M>>): VendorOffer[] {
  const configured = [...vendors.values()].filter((vendor) => vendor.configured)
  const [ready, resting] = [true, false].map((takes) =>
    configured.filter(({ circuit }) => circuit.takesCalls() === takes),
  )
  return [...(ready ?? []), ...(resting ?? [])].map(({ id, provider, settings }) => ({
    id,
    pricePaise: provider.pricePaise(settings),
  }))
}
