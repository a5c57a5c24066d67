import { defineEvent } from '../../platform/events/events.ts'

/** What can be promised of a variant fell to its mark of low stock, or under it. Once for each fall. */
export const stockLow = defineEvent<'stock.low', { storeId: string; variantId: string; available: number }>('stock.low')
