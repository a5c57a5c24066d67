import type { Logger } from '../../platform/observability/logger.ts'
import { callGateway, type PaymentVendor } from './call-gateway.ts'
import type { LookAtPaymentDeps } from './look-at-payment.ts'
import { nameReference, type Payment, readPayment, readPaymentByReference } from './payment-queries.ts'

/**
 * The payment that a provider speaks of: by the name it has there, else by our id, which the event or the provider
 * tells. One whose start was never answered learns its name by that.
 * @throws Error while the provider could not be asked
 */
export async function findPaymentOf(
  deps: LookAtPaymentDeps,
  vendor: PaymentVendor,
  { paymentReference, paymentId }: { paymentReference: string; paymentId?: string },
  log: Logger,
): Promise<(Payment & { providerReference: string }) | undefined> {
  const { db } = deps.database
  const known = await readPaymentByReference(db, vendor.id, paymentReference)
  if (known) return { ...known, providerReference: paymentReference }
  const payment = await readPayment(db, paymentId ?? (await ownerOf(deps, vendor, paymentReference, log)) ?? '')
  if (payment?.provider !== vendor.id) return undefined
  const named = await nameReference(db, payment.id, paymentReference, new Date(deps.clock.now()))
  return { ...payment, ...named, providerReference: named.providerReference ?? paymentReference }
}

async function ownerOf(
  deps: LookAtPaymentDeps,
  vendor: PaymentVendor,
  reference: string,
  log: Logger,
): Promise<string | undefined> {
  const ask = vendor.provider.gateway?.ownerOf
  if (!ask) return undefined
  const answer = await callGateway(deps, vendor, log, (_gateway, wire) => ask(reference, wire))
  if (answer.outcome === 'unavailable') throw new Error(answer.reason)
  return answer.outcome === 'done' ? answer.value : undefined
}
