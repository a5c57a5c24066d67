import type { AnyPaymentProvider } from '../payment-provider.ts'
import { cash } from './cash.ts'
import { razorpay } from './razorpay.ts'
import { stripe } from './stripe.ts'
import { test } from './test.ts'

/** Every payment provider there is, in the order in which customers see them unless `PAYMENT_PROVIDERS` says otherwise. */
export const paymentProviders: readonly AnyPaymentProvider[] = [razorpay, stripe, test, cash]
