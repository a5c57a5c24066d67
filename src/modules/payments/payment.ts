/**
 * Online: `created` (the provider may not know it yet) → `pending` (it does) → `captured`; `failed` says that the latest
 * try failed, and is not final; `closed`: nobody waits for it any more. Money that comes is taken note of in every state.
 * Cash: `due` → `collected` → `deposited`, or `closed`.
 */
export const paymentStatuses = [
  'created',
  'pending',
  'failed',
  'captured',
  'closed',
  'due',
  'collected',
  'deposited',
] as const
export type PaymentStatus = (typeof paymentStatuses)[number]

export type PaymentKind = 'cash' | 'online'

/** `manual`: money that no provider can give back, such as cash. `failed` is final, and needs a person too. */
export const refundStatuses = ['requested', 'pending', 'processed', 'failed', 'manual'] as const
export type RefundStatus = (typeof refundStatuses)[number]

/** What we ask for. Anything else never counts as paid. */
export const ourCurrency = 'INR'

/** Somebody waits for the money. */
export const isOpen = (status: PaymentStatus): boolean =>
  status === 'created' || status === 'pending' || status === 'failed' || status === 'due'

/** What each state of a refund may become. Providers tell of the same step twice, late and out of order. */
const mayBecome: Record<RefundStatus, readonly RefundStatus[]> = {
  requested: ['pending', 'processed', 'failed', 'manual'],
  pending: ['processed', 'failed'],
  processed: ['failed'], // the bank may send it back days later
  failed: [],
  manual: ['processed'],
}

export const mayRefundBecome = (from: RefundStatus, to: RefundStatus): boolean => mayBecome[from].includes(to)

const minute = 60_000
const day = 86_400_000

/** Providers finish late what had failed, three days long at most. */
const paymentLooksMs = 3 * day
const refundLooksMs = 60 * day

/** The first look comes after what a webhook usually takes, each next one after half of the time that has passed. */
const firstLookMs = 2 * minute
const pauseAfter = (ageMs: number): number => Math.max(minute, ageMs / 2)

/** When to ask what became of something that is so old; `undefined` when there is nothing to be expected any more. */
function nextLook(startedAt: number, now: number, untilMs: number): Date | null {
  const age = Math.max(0, now - startedAt)
  if (age >= untilMs) return null
  return new Date(now + (age === 0 ? firstLookMs : pauseAfter(age)))
}

export const nextPaymentLook = (createdAt: number, now: number): Date | null => nextLook(createdAt, now, paymentLooksMs)

/** At least once a day, and for so long that a refund that is not done by then is a person's. */
export const nextRefundLook = (createdAt: number, now: number): Date => {
  const next = nextLook(createdAt, now, refundLooksMs)?.getTime() ?? Number.POSITIVE_INFINITY
  return new Date(Math.min(next, now + day))
}

/** Once more after it was paid: should somebody have paid twice and no word of it have come. */
export const lookAfterCapture = (now: number): Date => new Date(now + 60 * minute)

/** Whether a way to pay takes an amount. */
export const takes = (
  { leastPaise, mostPaise }: { leastPaise: number; mostPaise: number | null },
  amountPaise: number,
): boolean =>
  Number.isInteger(amountPaise) && amountPaise >= leastPaise && (mostPaise === null || amountPaise <= mostPaise)
