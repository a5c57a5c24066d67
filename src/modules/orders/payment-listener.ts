import type { PaymentListener } from '../payments/index.ts'
import { lockOrder } from './order-queries.ts'
import { type WhenCapturedDeps, whenPaymentCaptured } from './when-payment-captured.ts'
import { whenPaymentFailed } from './when-payment-failed.ts'
import { whenPaymentRefunded } from './when-payment-refunded.ts'

/** What becomes of orders when money comes, fails to come, or goes back. */
export const paymentListener = (deps: WhenCapturedDeps): PaymentListener => ({
  async lock(tx, orderId) {
    await lockOrder(tx, orderId)
  },
  captured: (tx, capture) => whenPaymentCaptured(deps, tx, capture),
  failed: (tx, failure) => whenPaymentFailed(deps, tx, failure),
  refunded: (tx, refund) => whenPaymentRefunded(deps, tx, refund),
})
