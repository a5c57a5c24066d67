import type { Logger } from '../../platform/observability/logger.ts'
import { type Circuit, type CircuitState, createCircuit } from './circuit.ts'
import type { LogLines } from './log-lines.ts'
import type { MessageProvider, SendOutcome } from './message-provider.ts'
import { type ChannelMetrics, circuitLevels } from './messaging-metrics.ts'

export type ProviderSettings = Readonly<Record<string, unknown>>

/** A vendor that may send, and what one message costs there. */
export interface VendorOffer {
  id: string
  pricePaise: number
}

export type VendorHealth = Record<string, { configured: boolean; circuit: CircuitState }>

/** A provider of messages `M` with its settings and its health in this process. */
export interface Vendor<M> {
  id: string
  provider: MessageProvider<M>
  settings: Record<string, unknown>
  /** Among the vendors that were chosen, and with everything set that it needs. */
  configured: boolean
  circuit: Circuit
  /** What the provider opened: once for this process, by the first message. */
  connection(): Promise<unknown>
  /** Ends that; a later message opens it again. */
  close(): Promise<void>
}

/** What a refusal says about the vendor: nothing when it is about the person, or about this one alone. */
const isFailure = (result: SendOutcome): boolean => result.outcome === 'unavailable' && !result.onlyThisRecipient

/** Nobody meant to use a vendor of which nothing is set: only a half-filled one is worth a warning. */
const isTouched = <M>({ settings: section }: MessageProvider<M>, settings: Record<string, unknown>): boolean =>
  Object.entries(section.settings.properties).some(
    ([key, schema]) => !('default' in schema) && settings[key] !== undefined,
  )

function sharedConnection<M>({ connect, disconnect }: MessageProvider<M>, settings: Record<string, unknown>) {
  let opened: Promise<unknown> | undefined
  return {
    open() {
      opened ??= connect?.(settings)
      return Promise.resolve(opened)
    },
    async close() {
      const last = opened
      opened = undefined
      if (last !== undefined) disconnect?.(await last)
    },
  }
}

export interface VendorsDeps<M> {
  providers: readonly MessageProvider<M>[]
  settings: { providers: readonly string[]; breakerFailures: number; breakerOpenSeconds: number }
  /** Settings that all vendors of this kind share and that are not set: without them none is configured. */
  missing?: readonly string[]
  providerSettings: ProviderSettings
  development: boolean
  log: Logger
  lines: LogLines
  metrics: ChannelMetrics
}

/** Every known vendor by id, the chosen ones first and in their order. Warns once of each that is only half set up. */
export function listVendors<M>(deps: VendorsDeps<M>): Map<string, Vendor<M>> {
  const { providers, settings, development, log, lines, metrics } = deps
  const usable = providers.filter((provider) => development || !provider.developmentOnly)
  const chosen = settings.providers.length > 0 ? settings.providers : usable.map(({ id }) => id)
  const place = (id: string): number => (chosen.includes(id) ? chosen.indexOf(id) : chosen.length)

  const toVendor = (provider: MessageProvider<M>): Vendor<M> => {
    const { id } = provider
    const values = (deps.providerSettings[id] ?? {}) as Record<string, unknown>
    const missing = [...provider.missing(values), ...(provider.developmentOnly ? [] : (deps.missing ?? []))]
    if (missing.length > 0 && isTouched(provider, values)) log.warn({ vendor: id, missing }, lines.incomplete)
    metrics.circuits.set({ vendor: id }, circuitLevels.closed)
    const circuit = createCircuit<SendOutcome>({
      failures: settings.breakerFailures,
      openSeconds: settings.breakerOpenSeconds,
      isFailure,
      onChange: (state) => {
        metrics.circuits.set({ vendor: id }, circuitLevels[state])
        log.warn({ vendor: id, circuit: state }, lines.circuitChanged)
      },
    })
    const configured = chosen.includes(id) && missing.length === 0
    const { open, close } = sharedConnection(provider, values)
    return { id, provider, settings: values, configured, circuit, connection: open, close }
  }
  return new Map(
    [...usable].sort((a, b) => place(a.id) - place(b.id)).map((provider) => [provider.id, toVendor(provider)]),
  )
}

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

/** Every vendor that sends to people. */
export function healthOf<M>(vendors: ReadonlyMap<string, Vendor<M>>): VendorHealth {
  const real = [...vendors.values()].filter(({ provider }) => !provider.developmentOnly)
  return Object.fromEntries(real.map(({ id, configured, circuit }) => [id, { configured, circuit: circuit.state() }]))
}
