import type { TProperties } from 'typebox'
import type { Section, Values } from '../config/section.ts'
import type { Logger } from '../observability/logger.ts'
import type { Metrics } from '../observability/metrics.ts'
import { type Circuit, type CircuitState, createCircuit } from './circuit.ts'

/** A vendor in one file, as far as every kind of vendor is the same: what it needs and how its line is opened. */
export interface VendorProvider<T extends TProperties = TProperties, C = unknown> {
  /** Its name in the list of vendors, in metrics and in paths. */
  id: string
  /** It does nothing in the world: refused outside development, absent from `health`. */
  developmentOnly?: true
  settings: Section<T>
  /** Names of the settings that it still lacks; a vendor without gaps is configured. */
  missing(values: Values<Section<T>>): string[]
  /** Where its API is; absent for one that is not called by our HTTP client. */
  baseUrl?(values: Values<Section<T>>): string
  /** Opens what serves many calls. Called before the first of them, so that a vendor nobody uses costs nothing. */
  connect?(values: Values<Section<T>>): Promise<C>
  /** Ends what `connect` opened. */
  disconnect?(connection: C): void
}

/** The settings of each provider by its id. */
export type ProviderSettings = Readonly<Record<string, unknown>>

export type VendorHealth = Record<string, { configured: boolean; circuit: CircuitState }>

/** A provider with its settings and its health in this process. */
export interface Vendor<P extends VendorProvider> {
  id: string
  provider: P
  settings: Record<string, unknown>
  /** Everything is set that it needs. */
  isComplete: boolean
  /** Complete, and among the vendors that were chosen. */
  configured: boolean
  circuit: Circuit
  /** What the provider opened: once for this process, by the first call. */
  connection(): Promise<unknown>
  /** Ends that; a later call opens it again. */
  close(): Promise<void>
}

/** Nobody meant to use a vendor of which nothing is set: only a half-filled one is worth a warning. */
const isTouched = ({ settings: section }: VendorProvider, settings: Record<string, unknown>): boolean =>
  Object.entries(section.settings.properties).some(
    ([key, schema]) => !('default' in schema) && settings[key] !== undefined,
  )

function sharedConnection({ connect, disconnect }: VendorProvider, settings: Record<string, unknown>) {
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

export interface VendorsDeps<P extends VendorProvider> {
  providers: readonly P[]
  settings: { providers: readonly string[]; breakerFailures: number; breakerOpenSeconds: number }
  /** Settings that all vendors of this kind share and that are not set: without them none is configured. */
  missing?: readonly string[]
  providerSettings: ProviderSettings
  development: boolean
  log: Logger
  lines: { incomplete: string; circuitChanged: string }
  metrics: { circuits: ReturnType<Metrics['gauge']> }
}

const circuitLevels: Record<CircuitState, number> = { closed: 0, 'half-open': 1, open: 2 }

/**
 * Every known vendor by id, the chosen ones first and in their order. Warns once of each that is only half set up.
 *
 * @param isFailure which results of a call count as failures of the vendor
 */
export function listVendors<P extends VendorProvider, R>(
  deps: VendorsDeps<P>,
  isFailure: (result: R) => boolean,
): Map<string, Vendor<P>> {
  const { providers, settings, development, log, lines, metrics } = deps
  const usable = providers.filter((provider) => development || !provider.developmentOnly)
  const chosen = settings.providers.length > 0 ? settings.providers : usable.map(({ id }) => id)
  const place = (id: string): number => (chosen.includes(id) ? chosen.indexOf(id) : chosen.length)

  const toVendor = (provider: P): Vendor<P> => {
    const { id } = provider
    const values = (deps.providerSettings[id] ?? {}) as Record<string, unknown>
    const missing = [...provider.missing(values), ...(provider.developmentOnly ? [] : (deps.missing ?? []))]
    if (missing.length > 0 && isTouched(provider, values)) log.warn({ vendor: id, missing }, lines.incomplete)
    metrics.circuits.set({ vendor: id }, circuitLevels.closed)
    const circuit = createCircuit<R>({
      failures: settings.breakerFailures,
      openSeconds: settings.breakerOpenSeconds,
      isFailure,
      onChange: (state) => {
        metrics.circuits.set({ vendor: id }, circuitLevels[state])
        log.warn({ vendor: id, circuit: state }, lines.circuitChanged)
      },
    })
    const isComplete = missing.length === 0
    const { open, close } = sharedConnection(provider, values)
    const configured = chosen.includes(id) && isComplete
    return { id, provider, settings: values, isComplete, configured, circuit, connection: open, close }
  }
  return new Map(
    [...usable].sort((a, b) => place(a.id) - place(b.id)).map((provider) => [provider.id, toVendor(provider)]),
  )
}

/** Every vendor that does something in the world. */
export function healthOf(vendors: ReadonlyMap<string, Vendor<VendorProvider>>): VendorHealth {
  const real = [...vendors.values()].filter(({ provider }) => !provider.developmentOnly)
  return Object.fromEntries(real.map(({ id, configured, circuit }) => [id, { configured, circuit: circuit.state() }]))
}
