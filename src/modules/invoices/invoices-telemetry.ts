import type { Metrics } from '../../platform/observability/metrics.ts'
import type { DocumentKind } from './document.ts'

export type InvoicesTelemetry = ReturnType<typeof createInvoicesTelemetry>

export function createInvoicesTelemetry(metrics: Pick<Metrics, 'counter'>) {
  const issued = metrics.counter('invoices_issued_total', 'Invoices and credit notes issued, by kind.', ['kind'])
  const printed = metrics.counter('invoices_printed_total', 'Documents that were asked for, by format.', ['format'])
  return {
    issued(kind: DocumentKind) {
      issued.inc({ kind })
    },
    printed(format: 'json' | 'html' | 'pdf') {
      printed.inc({ format })
    },
  }
}
