import type { FastifyPluginAsync } from 'fastify'
import type { Clock } from '../../platform/clock.ts'
import type { Values } from '../../platform/config/section.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Events } from '../../platform/events/events.ts'
import type { Metrics } from '../../platform/observability/metrics.ts'
import type { Accounts } from '../accounts/index.ts'
import type { Orders } from '../orders/index.ts'
import type { Stores } from '../stores/index.ts'
import type { IssuedDocument } from './document.ts'
import type { invoicesSettings } from './invoices-settings.ts'

/** What other modules see of this one. */
export interface Invoices {
  /** The invoice of an order that has left its store, issued now where it was not; nothing for any other order. */
  issueInvoice(orderId: string): Promise<IssuedDocument | undefined>
  /** What goes off the invoice by an event of its order: once for each event. */
  issueCreditNote(orderEventId: number): Promise<void>
  /** `/orders/:id/invoice`, `/orders/:id/credit-notes`, `/credit-notes/:id`, `/stores/:storeId/invoices*`, for the prefix `/api`. */
  routes: FastifyPluginAsync
}

export interface InvoicesDeps {
  settings: Values<typeof invoicesSettings>
  database: Database
  accounts: Pick<Accounts, 'authenticate' | 'findContact'>
  stores: Pick<Stores, 'findStore'>
  orders: Pick<Orders, 'findOrder' | 'findEvent' | 'readEvents'>
  events: Pick<Events, 'when'>
  clock: Clock
  metrics: Pick<Metrics, 'counter'>
}
