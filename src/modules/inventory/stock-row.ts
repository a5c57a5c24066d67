import { integer, optional, type RowOf, required, text } from '../imports/index.ts'
import { mostOnHand, mostUnits } from './stock.ts'

const code = text({ longest: 40, pattern: /^[ -~]+$/, reason: 'must be plain characters, 40 at most' })
const marks = integer({ minimum: 0, maximum: mostUnits })

/** One row for each variant in a store. What is left out stays as it is. */
export const stockCells = {
  store: optional(
    { name: 'store', description: 'Code of the store. Left out when the import names the store.', example: 'BLR-IND' },
    code,
  ),
  sku: required({ name: 'sku', description: 'Of the variant.', example: 'MILK-500' }, code),
  onHand: required(
    { name: 'on_hand', description: 'How many were counted.', example: '24' },
    integer({ minimum: 0, maximum: mostOnHand }),
  ),
  buffer: optional({ name: 'buffer', description: 'How many to keep back from customers.', example: '2' }, marks),
  lowStockAt: optional({ name: 'low_stock_at', description: 'At how many it counts as low.', example: '6' }, marks),
}

export type StockRow = RowOf<typeof stockCells>
