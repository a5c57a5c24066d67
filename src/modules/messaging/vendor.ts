import type { Logger } from '../../platform/observability/logger.ts'
import { type Circuit, createCircuit } from './circuit.ts'
import { circuitLevels, type MessagingMetrics } from './messaging-metrics.ts'
import { smsProviders } from './sms/providers/index.ts'
import type { AnySmsProvider, SmsOutcome } from './sms/sms-provider.ts'

export type ProviderSettings = Readonly<Record<string, unknown>>

/** A provider with its settings and its health in this process. */
export interface Vendor {
  id: string
  provider: AnySmsProvider
  settings: Record<string, unknown>
  /** In `SMS_PROVIDERS`, and with everything set that it needs. */
  configured: boolean
  circuit: Circuit
}

/** What a refusal says about the vendor: nothing when it is about the person, or about this number alone. */
const isFailure = (result: SmsOutcome): boolean => result.outcome === 'unavailable' && !result.onlyThisNumber

/** Nobody meant to use a vendor of which nothing is set: only a half-filled one is worth a warning. */
const isTouched = ({ settings: section }: AnySmsProvider, settings: Record<string, unknown>): boolean =>
  Object.entries(section.settings.properties).some(
    ([key, schema]) => !('default' in schema) && settings[key] !== undefined,
  )

/** Every known vendor by id, the chosen ones first and in their order. Warns once of each that is only half set up. */
export function listVendors({
  settings,
  providerSettings,
  development,
  log,
  metrics,
}: {
  settings: { providers: readonly string[]; breakerFailures: number; breakerOpenSeconds: number }
  providerSettings: ProviderSettings
  development: boolean
  log: Logger
  metrics: MessagingMetrics
}): Map<string, Vendor> {
  const usable = smsProviders.filter((provider) => development || !provider.developmentOnly)
  const chosen = settings.providers.length > 0 ? settings.providers : usable.map(({ id }) => id)
  const place = (id: string): number => (chosen.includes(id) ? chosen.indexOf(id) : chosen.length)

  const toVendor = (provider: AnySmsProvider): Vendor => {
    const { id } = provider
    const values = (providerSettings[id] ?? {}) as Record<string, unknown>
    const missing = provider.missing(values)
    if (missing.length > 0 && isTouched(provider, values))
      log.warn({ vendor: id, missing }, 'SMS vendor is not used: settings are missing')
    metrics.circuits.set({ vendor: id }, circuitLevels.closed)
    const circuit = createCircuit<SmsOutcome>({
      failures: settings.breakerFailures,
      openSeconds: settings.breakerOpenSeconds,
      isFailure,
      onChange: (state) => {
        metrics.circuits.set({ vendor: id }, circuitLevels[state])
        log.warn({ vendor: id, circuit: state }, 'circuit of an SMS vendor changed')
      },
    })
    return { id, provider, settings: values, configured: chosen.includes(id) && missing.length === 0, circuit }
  }
  return new Map(
    [...usable].sort((a, b) => place(a.id) - place(b.id)).map((provider) => [provider.id, toVendor(provider)]),
  )
}
