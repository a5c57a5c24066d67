import { createHttpClient, failureCode, HttpFailure } from '../../platform/http/client.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Vendor } from '../../platform/vendors/vendor.ts'
import type { Answer, AnyPaymentProvider, Gateway, Refusal, Wire } from './payment-provider.ts'
import type { PaymentsTelemetry } from './payments-telemetry.ts'

export type PaymentVendor = Vendor<AnyPaymentProvider>

export interface CallGatewayDeps {
  timeoutMs: number
  telemetry: PaymentsTelemetry
}

type AnyGateway = Gateway<Record<string, unknown>, unknown>
type AnyWire = Wire<Record<string, unknown>, unknown>

export const isFailure = (answer: Answer<unknown>): boolean => answer.outcome === 'unavailable' && !answer.isAlive

/**
 * Asks a provider for one thing, through its circuit. Ends within the time limit and never throws: what goes wrong is
 * an outcome, a fault in a provider's file too. Nothing is asked twice.
 */
export async function callGateway<T>(
  { timeoutMs, telemetry }: CallGatewayDeps,
  { id, provider, settings, isComplete, circuit, connection }: PaymentVendor,
  log: Logger,
  ask: (gateway: AnyGateway, wire: AnyWire) => Promise<Answer<T>>,
): Promise<Answer<T>> {
  const { gateway } = provider
  const refuse = (why: string): Refusal => ({ outcome: 'unavailable', reason: `${id} ${why}`, alarm: false })
  if (!gateway || !isComplete) return refuse('is not set up')

  const call = async (): Promise<Answer<T>> => {
    const baseUrl = provider.baseUrl?.(settings) ?? ''
    const http = createHttpClient({ baseUrl, timeoutMs, vendor: id, durations: telemetry.durations })
    try {
      const wire = { settings, http, timeoutMs, connection: await connection() }
      const done = provider.connect && telemetry.durations.startTimer({ vendor: id })
      const answer = await ask(gateway, wire)
      done?.({ status: answer.outcome })
      return answer
    } catch (error) {
      if (error instanceof HttpFailure) return refuse(failureCode(error))
      // The place, not the message: that may quote what was being sent.
      const where = error instanceof Error ? error.stack?.split('\n    at ')[1] : undefined
      telemetry.alarm(log, 'fault', { provider: id, where })
      return refuse('fault')
    }
  }
  const answer = await circuit.run(call)
  if (answer === 'skipped') return refuse('is left alone')
  if (answer.outcome === 'unavailable' && answer.alarm)
    telemetry.alarm(log, 'keys', { provider: id, reason: answer.reason })
  return answer
}
