export const orderStatuses = [
  'pending_payment',
  'payment_failed',
  'expired',
  'placed',
  'picking',
  'packed',
  'out_for_delivery',
  'arrived',
  'delivered',
  'delivery_failed',
  'returned_to_store',
  'cancelled',
] as const
export type OrderStatus = (typeof orderStatuses)[number]
