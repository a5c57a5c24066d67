import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameOperations } from './name-operations.ts'

const none = { verbs: {}, names: {} }

/** The names of operations such as `GET /api/orders`. */
function namesOf(operations: string[], words = none): string[] {
  const at = operations.map((operation) => operation.split(' ') as [string, string])
  const paths = Object.fromEntries(
    [...Map.groupBy(at, ([, path]) => path)].map(([path, all]) => [
      path,
      Object.fromEntries(all.map(([method]) => [method.toLowerCase(), { summary: 'Something' }])),
    ]),
  )
  const named: Record<string, Record<string, { operationId: string }>> = nameOperations({ paths }, words).paths as never
  return at.map(([method, path]) => named[path]?.[method.toLowerCase()]?.operationId ?? '')
}

test('an operation is named by what its method does to what its path names', () => {
  const expected = {
    'GET /api/orders': 'listOrders',
    'GET /api/orders/{id}': 'getOrder',
    'POST /api/orders': 'createOrder',
    'PATCH /api/stores/{id}': 'updateStore',
    'PUT /api/cart': 'setCart',
    'PUT /api/cart/lines/{variantId}': 'setCartLine',
    'DELETE /api/catalog/categories/{id}': 'deleteCatalogCategory',
    'GET /api/stores/{storeId}/stock/{variantId}/movements': 'listStoreStockMovements',
    'GET /api/stores/{storeId}/invoices.csv': 'getStoreInvoicesCsv',
    'GET /api/otp-status/{phone}': 'getOtpStatus',
    'POST /api/me/addresses': 'createMyAddress',
    'GET /api/me': 'getMe',
    'POST /api/send-otp': 'sendOtp',
    'POST /api/auth/logout': 'logout',
    'PUT /api/cart/address': 'setCartAddress',
  }
  assert.deepEqual(namesOf(Object.keys(expected)), Object.values(expected))
})

test('a noun that is posted to something is the verb that it stands for, and what is named by hand keeps its name', () => {
  const words = { verbs: { cancellation: 'cancel' }, names: { 'GET /api/stock': 'listStock' } }
  assert.deepEqual(namesOf(['POST /api/orders/{orderId}/cancellation', 'GET /api/stock'], words), [
    'cancelOrder',
    'listStock',
  ])
})

test('two operations of one name are refused', () => {
  assert.throws(
    () => namesOf(['GET /api/stores/{id}', 'GET /api/auth/stores/{id}']),
    /GET \/api\/stores\/\{id\} and GET \/api\/auth\/stores\/\{id\} are both named getStore/,
  )
})
