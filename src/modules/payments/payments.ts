import type { FastifyPluginAsync } from 'fastify'
import type { Clock } from '../../platform/clock.ts'
import type { Secret } from '../../platform/config/secret.ts'
import type { Values } from '../../platform/config/section.ts'
import type { Database, Queryable, Tx } from '../../platform/database/database.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Metrics } from '../../platform/observability/metrics.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import type { ProviderSettings } from '../../platform/vendors/vendor.ts'
import type { Accounts } from '../accounts/index.ts'
import type { PaymentKind, PaymentStatus, RefundStatus } from './payment.ts'
import type { paymentsSettings } from './payments-settings.ts'

export interface PaymentMethod {
  /** The provider: `cash`, `razorpay`, … */
  id: string
  title: string
  kind: PaymentKind
  /** The smallest order that may be paid so. */
  leastPaise: number
  /** The largest. */
  mostPaise: number | null
}

/** A way to pay, with whether it takes an amount. */
export interface MethodForAmount extends PaymentMethod {
  isOpen: boolean
}

export interface PaymentRecord {
  id: string
  orderId: string
  method: string
  kind: PaymentKind
  status: PaymentStatus
  amountPaise: number
  /** Money that came in, by all captures or in cash. */
  receivedPaise: number
  /** What was given back of it, or is on its way. */
  refundedPaise: number
}

export interface StartedPayment {
  payment: PaymentRecord
  /**
   * What the client hands to the provider's own checkout; nothing for cash, and while the provider cannot be reached:
   * then the payment is started again by asking again.
   */
  client: Record<string, unknown> | null
}

export interface RefundRecord {
  id: string
  orderId: string
  paymentId: string
  amountPaise: number
  /** `manual`: money that no provider can give back, such as cash. */
  status: RefundStatus
  reason: string
  /** A person gave it back, in whatever way, and no provider. */
  byHand: boolean
}

/** Money that came in. */
export interface Capture {
  orderId: string
  paymentId: string
  method: string
  amountPaise: number
  currency: string
  /** Amount and currency are those of the payment. Otherwise it must not count as paid. */
  isExact: boolean
  /** Which of the payment's captures it is: for whoever gives back exactly this money. */
  captureNumber: number
}

/**
 * Whoever owns the orders. All of it runs in the transaction that takes note of the fact, after `lock`; each fact is told
 * once, as long as that transaction is committed.
 */
export interface PaymentListener {
  /** Takes the order's row first, before any of payments: everybody does so in this order. */
  lock(tx: Tx, orderId: string): Promise<void>
  /** Money has come in. Whoever does not want it asks for the refund here. */
  captured(tx: Tx, capture: Capture): Promise<void>
  /** The latest try of an open payment has failed; another may follow. */
  failed(tx: Tx, failure: { orderId: string; paymentId: string; reason: string }): Promise<void>
  /** A refund has gone on. */
  refunded(tx: Tx, refund: RefundRecord): Promise<void>
}

export interface OpenedPayment {
  /** Where it must be known before. */
  id?: string
  orderId: string
  userId: string
  storeId: string
  method: string
  amountPaise: number
}

/** What other modules see of this one. */
export interface Payments {
  /** How customers can pay, in configured order. */
  methods(): readonly PaymentMethod[]
  /** All of them, and which take this amount: no other can be opened for it. */
  methodsFor(amountPaise: number): readonly MethodForAmount[]
  /**
   * Notes what is to be paid for an order. With the order's row held.
   * @throws RangeError for a method that is not offered, or an amount that it does not take
   */
  open(tx: Tx, payment: OpenedPayment): Promise<PaymentRecord>
  /** Tells the provider, outside of any transaction. Safe to repeat and by several at once. Never throws for a vendor's fault. */
  start(paymentId: string, options: { log: Logger }): Promise<StartedPayment>
  /** Nobody waits for this order's money any more: open payments are closed, the providers told by a job. */
  close(tx: Tx, orderId: string): Promise<void>
  /**
   * Gives money of an order, of one payment or of one capture of it back, as much as was received and not yet given back,
   * at most `amountPaise`; without it all.
   * The same reference does so once. The providers are told by a job. What was asked for, in one or several refunds.
   */
  refund(
    tx: Tx,
    refund: {
      orderId: string
      paymentId?: string
      /** With its payment. */
      captureNumber?: number
      amountPaise?: number
      reason: string
      reference: string
      actorId?: string
    },
  ): Promise<RefundRecord[]>
  /** So much is due from now on of an order that is paid in cash: less than before. */
  lowerCashDue(tx: Tx, orderId: string, duePaise: number): Promise<void>
  /** The rider has the money. `false` when it is not this much that is due. */
  collectCash(tx: Tx, cash: { orderId: string; amountPaise: number; riderId: string }): Promise<boolean>
  /** Those of an order, the oldest first. */
  paymentsOf(on: Queryable, orderId: string): Promise<PaymentRecord[]>
  refundsOf(on: Queryable, orderId: string): Promise<RefundRecord[]>
  /** Once, before the queue starts and requests come. */
  listen(listener: PaymentListener): void
  /** `/payments*`, `/payment-methods` and `/stores/:storeId/refunds`, for the prefix `/api`. */
  routes: FastifyPluginAsync
  /** For the prefix `/api/webhooks`. */
  webhookRoutes: FastifyPluginAsync
}

export interface PaymentsDeps {
  settings: Values<typeof paymentsSettings>
  /** The settings of each provider by its id. */
  providerSettings: ProviderSettings
  secretKey: Secret
  /** The one before the last rotation: what was sealed with it still opens. */
  previousSecretKey?: Secret
  development: boolean
  database: Database
  authenticate: Accounts['authenticate']
  queue: Pick<Queue, 'define' | 'enqueue' | 'schedule'>
  clock: Clock
  log: Logger
  metrics: Metrics
}
