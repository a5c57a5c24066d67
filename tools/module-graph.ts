/**
 * Which module may use which, by its `index.ts`. The order is that of the wiring in `src/app.ts`.
 * The rules of dependency-cruiser and the drawing in `docs/architecture.md` are made from this table;
 * events run against the arrows.
 */
export const mayUse: Readonly<Record<string, readonly string[]>> = {
  health: [],
  messaging: [],
  accounts: [],
  'sign-in': ['messaging', 'accounts'],
  imports: ['accounts'],
  stores: ['accounts'],
  catalog: ['accounts', 'imports', 'stores'],
  inventory: ['accounts', 'imports', 'stores', 'catalog'],
  pricing: ['accounts', 'stores'],
  cart: ['accounts', 'stores', 'catalog', 'inventory', 'pricing'],
  payments: ['accounts'],
  orders: ['accounts', 'stores', 'catalog', 'inventory', 'pricing', 'cart', 'payments'],
  invoices: ['accounts', 'stores', 'pricing', 'orders'],
  webhooks: ['accounts', 'orders'],
  notifications: ['messaging', 'accounts', 'orders'],
}

/** Files that compute and nothing else: no I/O, no clock, no chance. What they run comes from each other only. */
export const pureFiles: readonly string[] = [
  'src/platform/(?:calendar|money|phone|plain-text)\\.ts',
  'src/modules/accounts/(?:permissions|user|address|audit)\\.ts',
  'src/modules/stores/(?:dark-store|india|opening-hours|promise|read-hours|ring-crossing|serviceability)\\.ts',
  'src/modules/catalog/(?:ean|shelf|category|product|variant|listing)\\.ts',
  'src/modules/pricing/(?:bill|bill-items|compute-bill|coupon|fee-rule|fewer-units|gst)\\.ts',
  'src/modules/orders/(?:found-lines|order-status|order)\\.ts',
  'src/modules/invoices/(?:choose-format|credit-amounts|document|document-number|financial-year|gstin|indian-money)\\.ts',
  'src/modules/invoices/(?:printable-text|printed-document|spread|states|transliterate)\\.ts',
  'src/modules/cart/(?:cart-contents|line-notices|cart-blockers)\\.ts',
  'src/modules/messaging/templates/[^/]+\\.ts',
  'src/modules/sign-in/challenge\\.ts',
  'src/modules/sign-in/challenge-rules\\.ts',
  'src/modules/sign-in/open-challenge\\.ts',
  'src/modules/sign-in/shelved-challenge\\.ts',
  'src/modules/sign-in/sign-in-policy\\.ts',
  'src/modules/sign-in/spending\\.ts',
  'src/modules/sign-in/sliding-log\\.ts',
]
