import type { IncomingHttpHeaders } from 'node:http'
import type { TProperties } from 'typebox'
import type { Section, Values } from '../../platform/config/section.ts'
import type { HttpClient } from '../../platform/http/client.ts'
import type { VendorProvider } from '../../platform/vendors/vendor.ts'
import type { PaymentKind } from './payment.ts'

/**
 * What a provider did not do.
 * - `rejected`: it will not do this, however often it is asked.
 * - `unavailable`: it may have done it or not, and is asked again later. `alarm` when an operator has to act (keys);
 *   `isAlive` when that is no reason to leave it alone with other things.
 * A reason is the provider's name and code, never its text.
 */
export type Refusal =
  | { outcome: 'rejected'; reason: string }
  | { outcome: 'unavailable'; reason: string; alarm: boolean; isAlive?: true }

/** What is to be paid, as a provider gets to know it. */
export interface Payable {
  /** Our id: at most 40 characters, unique. Whatever the provider tells of it must bring it back or name its own. */
  id: string
  orderId: string
  amountPaise: number
  currency: string
}

/** One try to pay, as the provider has it now. One payment may have several, of which one is captured at most. */
export interface SeenTry {
  /** What the provider calls the money, if it comes: a refund names this. */
  reference: string
  state: 'open' | 'authorized' | 'captured' | 'failed'
  amountPaise: number
  /** Three capital letters. */
  currency: string
  /** The provider's name of the payment that it belongs to. */
  paymentReference: string
  /** What went back of it, or is on its way, where the provider says so. */
  refundedPaise?: number
  /** The provider's code for a failure. */
  reason?: string
}

/** Tries to pay, and what they belong to. */
export interface SeenPayment {
  paymentReference: string
  /** Our id of it, where the provider brings it back. */
  paymentId?: string
  tries: SeenTry[]
}

/** A refund as the provider has it. */
export interface SeenRefund {
  reference: string
  state: 'pending' | 'processed' | 'failed'
  amountPaise: number
  /** Our own id of it; absent for one that was made at the provider. */
  refundId?: string
  /** Of the money that goes back. */
  captureReference: string
  reason?: string
}

export interface Told<T> {
  outcome: 'done'
  value: T
}
export type Answer<T> = Told<T> | Refusal

/** What a provider sends to us. */
export interface ProviderEvent {
  /** In the provider's words. */
  kind: string
  /**
   * - `payment`: what became of tries, as they were when it was told; `mustLook` when that decides nothing.
   * - `refund`: a refund has gone on.
   * - `dispute`: somebody wants money back by the bank.
   * - `ignored`: nothing that we do anything about.
   */
  about: EventSubject
}

export type EventSubject =
  | (SeenPayment & { subject: 'payment'; mustLook?: true })
  | { subject: 'refund'; refund: SeenRefund }
  | { subject: 'dispute'; captureReference: string; state: string }
  | { subject: 'ignored' }

/** A webhook call as it came in. */
export interface EventCall {
  headers: IncomingHttpHeaders
  /** Exactly as received. */
  body: Buffer
  /** In milliseconds since 1970, for providers that sign the time. */
  receivedAt: number
}

/** What a provider gets to work with for one call. The client is bounded in time and never retries. */
export interface Wire<S, C> {
  settings: S
  http: HttpClient
  /** For a provider that is not called by `http`: the answer is not awaited any longer than this. */
  timeoutMs: number
  /** What `connect` opened. */
  connection: C
}

/** How a provider that takes money online is talked to. Whatever moves money is safe to repeat with the same ids. */
export interface Gateway<S, C> {
  /** Makes the payment known. What it is called there, and what the client needs for the provider's checkout. */
  begin(
    /** With how often that was tried before: a provider that repeats its answers is asked anew each time. */
    payable: Payable & { starts: number },
    wire: Wire<S, C>,
  ): Promise<Answer<{ reference: string; client: Record<string, unknown> }>>
  /** The name of a payment that was begun already, its answer lost; `undefined` when there is none. */
  find(payable: Payable, wire: Wire<S, C>): Promise<Answer<string | undefined>>
  /** What became of a payment, and what the client needs while it is open. */
  look(
    payable: Payable & { reference: string },
    wire: Wire<S, C>,
  ): Promise<Answer<{ tries: SeenTry[]; client: Record<string, unknown> | null }>>
  /** Our id of a payment by its name there. Absent where each event carries it. */
  ownerOf?(reference: string, wire: Wire<S, C>): Promise<Answer<string | undefined>>
  /** Takes money that is only held. Absent where that does not happen. */
  capture?(held: SeenTry, wire: Wire<S, C>): Promise<Answer<SeenTry>>
  /** Nobody is to pay any more. Absent where that cannot be said. */
  cancel?(reference: string, wire: Wire<S, C>): Promise<Answer<undefined>>
  /** Gives money back, once for each `id`. */
  refund(
    refund: { id: string; captureReference: string; amountPaise: number },
    wire: Wire<S, C>,
  ): Promise<Answer<SeenRefund>>
  /** The payment that money came in for, by the provider's name of the money; `undefined` when it is for none. */
  findMoney(captureReference: string, wire: Wire<S, C>): Promise<Answer<SeenPayment | undefined>>
  /** All refunds of some money. */
  refundsOf(captureReference: string, wire: Wire<S, C>): Promise<Answer<SeenRefund[]>>
  /** By its name or, its answer lost, by our id; `undefined` when the provider has none. */
  findRefund(
    refund: { id: string; captureReference: string; reference: string | null },
    wire: Wire<S, C>,
  ): Promise<Answer<SeenRefund | undefined>>
  /**
   * Whether a call comes from the provider, and its name of what it tells: the same each time the same is told, absent
   * when it has none.
   */
  checkEvent(call: EventCall, wire: Pick<Wire<S, C>, 'settings' | 'connection'>): { id?: string } | 'forged'
  /** What such a call tells. Anything that it does not understand is `ignored`. */
  readEvent(body: string, settings: S): ProviderEvent
  /** Whether what the client brings back from the checkout is the provider's, for this payment. Absent: nothing is. */
  isGenuine?(returned: Record<string, unknown>, reference: string, settings: S): boolean
  /** The smallest amount that can be given back. */
  leastRefundPaise: number
}

/** A provider in one file: what it needs and how its wire works. Everything else belongs to the core. */
export interface PaymentProvider<T extends TProperties = TProperties, C = unknown> extends VendorProvider<T, C> {
  kind: PaymentKind
  /** As customers know it. */
  title: string
  leastPaise: number
  mostPaise(values: Values<Section<T>>): number | null
  /** Absent where money changes hands. */
  gateway?: Gateway<Values<Section<T>>, C>
}

export const definePaymentProvider = <T extends TProperties, C = undefined>(
  provider: PaymentProvider<T, C>,
): PaymentProvider<T, C> => provider

/** A provider as the module keeps it, whatever its settings are. */
export type AnyPaymentProvider = PaymentProvider
