import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { apiOperations } from '../../src/api-operations.ts'
import { aService, type Service } from '../support/service.ts'

interface Operation {
  operationId: string
  responses: Record<string, { content?: Record<string, object> }>
}

let service: Service
/** By method and path: `GET /api/stores/{id}`. */
let operations: Map<string, Operation>

before(async () => {
  service = await aService({ development: true })
  const { body } = await service.call('GET', '/api/openapi.json')
  const paths = Object.entries(body.paths as Record<string, Record<string, Operation>>)
  operations = new Map(
    paths.flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation]),
    ),
  )
})
after(() => service.end())

test('every operation has a name of its own that a function can have', () => {
  assert.ok(operations.size > 100)
  const names = [...operations].map(([place, { operationId }]) => {
    assert.match(operationId, /^[a-z]+([A-Z][a-z]+)*$/, place)
    return operationId
  })
  assert.deepEqual(names, [...new Set(names)])
})

test('the names that clients call operations by stay as they are', () => {
  const published = {
    'POST /api/send-otp': 'sendOtp',
    'POST /api/verify-otp': 'verifyOtp',
    'GET /api/otp-status/{phone}': 'getOtpStatus',
    'POST /api/auth/refresh': 'refreshSession',
    'POST /api/auth/logout': 'logout',
    'GET /api/me': 'getMe',
    'POST /api/me/addresses': 'createMyAddress',
    'GET /api/serviceability': 'getServiceability',
    'GET /api/products': 'listProducts',
    'GET /api/products/{id}': 'getProduct',
    'GET /api/catalog/products': 'listCatalogProducts',
    'GET /api/search/suggest': 'suggestSearches',
    'GET /api/cart': 'getCart',
    'PUT /api/cart': 'setCart',
    'DELETE /api/cart': 'emptyCart',
    'PUT /api/cart/lines/{variantId}': 'setCartLine',
    'POST /api/orders': 'createOrder',
    'GET /api/orders/{orderId}': 'getOrder',
    'POST /api/orders/{orderId}/payments': 'payOrder',
    'POST /api/orders/{orderId}/cancellation': 'cancelOrder',
    'GET /api/orders/{orderId}/events': 'streamOrderEvents',
    'POST /api/payments/{paymentId}/verification': 'verifyPayment',
    'GET /api/stores/{storeId}/stock': 'listStoreStock',
    'GET /api/stores/{storeId}/stock/{variantId}': 'getStoreStock',
    'PUT /api/stores/{storeId}/listings/{variantId}': 'setStoreListing',
    'POST /api/webhook-deliveries/{deliveryId}/replay': 'replayWebhookDelivery',
  }
  const places = Object.keys(published)
  const names = Object.fromEntries(places.map((place) => [place, operations.get(place)?.operationId]))
  assert.deepEqual(names, published)
})

test('a refusal is described as the JSON that it is, whatever else the route answers with', () => {
  const types = [...operations].map(([place, { responses }]) => {
    const refusals = Object.entries(responses).filter(([status]) => Number(status) >= 400)
    for (const [status, { content = {} }] of refusals)
      assert.deepEqual(Object.keys(content), ['application/json'], `${place} ${status}`)
    return Object.keys(responses['200']?.content ?? {})
  })
  const otherwise = types.filter(([first]) => first !== undefined && first !== 'application/json').sort()
  const stream = ['text/event-stream']
  assert.deepEqual(otherwise, [['text/csv'], ['text/csv', 'application/x-ndjson'], stream, stream])
})

test('what is named by hand is there', () => {
  const places = Object.keys(apiOperations.names)
  assert.deepEqual(
    places.filter((place) => !operations.has(place)),
    [],
  )
  const posted = new Set([...operations.keys()].map((place) => place.split('/').at(-1)))
  assert.deepEqual(
    Object.keys(apiOperations.verbs).filter((noun) => !posted.has(noun)),
    [],
  )
})
