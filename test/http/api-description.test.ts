import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { apiOperations } from '../../src/api-operations.ts'
import { grantRole } from '../../src/modules/accounts/grant-role.ts'
import type { Phone } from '../../src/platform/phone.ts'
import { aService, type Service } from '../support/service.ts'

interface Described {
  $ref?: string
  type?: string
  pattern?: string
  properties?: { code?: { enum?: string[] } }
}
interface Operation {
  operationId: string
  parameters?: { in: string; name: string; required?: boolean; schema: Described }[]
  security?: object[]
  requestBody?: { required?: boolean; content: object }
  responses: Record<string, { description: string; content?: Record<string, { schema: Described }> }>
}

let service: Service
/** By method and path: `GET /api/stores/{id}`. */
let operations: Map<string, Operation>
let schemas: Record<string, Described>
/** The access token of one. */
let admin: string

before(async () => {
  service = await aService({ development: true })
  const { body } = await service.call('GET', '/api/openapi.json')
  schemas = body.components.schemas
  admin = await signInAsAdmin()
  const paths = Object.entries(body.paths as Record<string, Record<string, Operation>>)
  operations = new Map(
    paths.flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation]),
    ),
  )
})
after(() => service.end())

async function signInAsAdmin(): Promise<string> {
  const number = '9876543219'
  await grantRole(service, { phone: `+91${number}` as Phone, role: 'admin', isGranted: true })
  await service.send(number)
  const otp = service
    .logged()
    .match(/\b\d{6}\b/g)
    ?.at(-1)
  return (await service.verify(number, otp)).body.accessToken
}

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

/** The codes of all that an operation may refuse. */
const refusalsOf = ({ responses }: Operation): string[] =>
  Object.values(responses)
    .flatMap(({ content = {} }) => Object.values(content))
    .flatMap(({ schema }) => (schema.$ref ? schemas[schema.$ref.split('/').at(-1) as string] : schema) ?? [])
    .flatMap(({ properties }) => properties?.code?.enum ?? [])

/** The address of something that is not there. */
const addressOf = (path: string, { parameters = [] }: Operation): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name) => {
    const { pattern = '' } = parameters.find((each) => each.in === 'path' && each.name === name)?.schema ?? {}
    const [, prefix] = /^\^([a-z]{3})_/.exec(pattern) ?? []
    return prefix ? `${prefix}_01h455vb4pex5vsknk084sn02q` : '9876543210'
  })

/** Asks for each operation of these methods as an admin, with nothing but what the path wants. */
async function* askWithNothing(methods: readonly ('POST' | 'PUT' | 'PATCH' | 'DELETE')[]) {
  for (const [place, operation] of operations) {
    const [method, path] = place.split(' ') as ['POST', string]
    if (!methods.includes(method)) continue
    const answer = await service.call(method, addressOf(path, operation), {
      headers: path.startsWith('/api/auth/') ? {} : { authorization: `Bearer ${admin}` }, // so that the session lives on
    })
    yield { place, operation, answer }
  }
}

test('a body is described as required where none is refused, and only there', async () => {
  for await (const { place, operation, answer } of askWithNothing(['POST', 'PUT', 'PATCH', 'DELETE'])) {
    const { status, body } = answer
    const isRefused = status === 400 || status === 415
    assert.equal(isRefused, operation.requestBody?.required ?? false, `${place} ${JSON.stringify(body)}`)
  }
  const { requestBody } = operations.get('POST /api/imports') as Operation
  assert.deepEqual(Object.keys(requestBody?.content ?? {}), ['text/csv', 'application/x-ndjson'])
})

test('a header is described as required where its absence is refused, and only there', async () => {
  for (const [place, operation] of operations) {
    const codes = refusalsOf(operation)
    const isNeeded = (name: string) =>
      name === 'if-match'
        ? codes.includes('edit.version_required') && !operation.responses['201'] // what is new has no version
        : codes.includes('idempotency.key_required') || operation.operationId === 'refundPayment'
    for (const { in: where, name, required = false } of operation.parameters ?? [])
      if (where === 'header') assert.equal(required, isNeeded(name), `${place} ${name}`)
  }
  for await (const { place, operation, answer } of askWithNothing(['DELETE'])) {
    const version = operation.parameters?.find(({ name }) => name === 'if-match')
    assert.equal(answer.status === 428, version?.required ?? false, place)
  }
})

test('an answer without words of its own is called by its status', () => {
  const described = (place: string, status: string) => operations.get(place)?.responses[status]?.description
  assert.equal(described('GET /api/orders', '200'), 'OK')
  assert.equal(described('POST /api/orders', '201'), 'Created')
  assert.equal(described('GET /api/exports/{kind}', '200'), 'The file.')
})

test('numbers and flags in a query string are described as such', () => {
  const typeOf = (place: string, wanted: string) => {
    const found = operations.get(place)?.parameters?.find(({ in: where, name }) => where === 'query' && name === wanted)
    return found?.schema.type
  }
  for (const [place, { parameters = [] }] of operations)
    if (parameters.some(({ name }) => name === 'limit')) assert.equal(typeOf(place, 'limit'), 'integer', place)
  assert.equal(typeOf('GET /api/serviceability', 'lat'), 'number')
  assert.equal(typeOf('GET /api/products', 'inStock'), 'boolean')
  assert.equal(typeOf('GET /api/products', 'sort'), 'string')
})

test('a change by somebody who is signed in may be refused, since a cookie counts on our own pages only', () => {
  for (const [place, operation] of operations) {
    if (place.startsWith('GET ') || !operation.security?.some((scheme) => 'accessToken' in scheme)) continue
    const codes = refusalsOf(operation)
    for (const code of ['request.unauthorized', 'request.forbidden'])
      assert.ok(codes.includes(code), `${place} ${code}`)
  }
})

test('a receipt may be forged, of a vendor that reports nothing, too long, or come while it cannot be taken', () => {
  for (const place of ['POST /api/webhooks/{vendor}/{secret}', 'POST /api/webhooks/sendgrid/{secret}'])
    assert.deepEqual(refusalsOf(operations.get(place) as Operation), [
      'request.malformed',
      'request.forbidden',
      'request.not_found',
      'request.too_large',
      'server.unavailable',
    ])
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
