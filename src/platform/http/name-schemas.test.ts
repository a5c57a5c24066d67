import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameSchemas } from './name-schemas.ts'

const text = { type: 'string' }
const bill = { title: 'Bill', type: 'object', properties: { toPayPaise: { type: 'integer' } } }
const cart = (more: object = {}) => ({
  title: 'Cart',
  type: 'object',
  properties: { bill: { anyOf: [{ ...bill, description: 'Null while it is empty.' }, { type: 'null' }] }, ...more },
})
const answering = (schema: object) => ({ responses: { 200: { content: { 'application/json': { schema } } } } })

test('a schema with a title stands once among the components, and is referred to from everywhere else', () => {
  const named = nameSchemas({
    info: { title: 'Shop' },
    paths: { '/cart': { get: answering(cart()), put: answering(cart()) }, '/bill': { get: answering(bill) } },
    components: { securitySchemes: {} },
  })
  const $ref = '#/components/schemas/Bill'
  assert.deepEqual(named, {
    info: { title: 'Shop' },
    paths: {
      '/cart': {
        get: answering({ $ref: '#/components/schemas/Cart' }),
        put: answering({ $ref: '#/components/schemas/Cart' }),
      },
      '/bill': { get: answering({ $ref }) },
    },
    components: {
      securitySchemes: {},
      schemas: {
        Bill: { type: 'object', properties: bill.properties },
        Cart: {
          type: 'object',
          properties: { bill: { anyOf: [{ $ref, description: 'Null while it is empty.' }, { type: 'null' }] } },
        },
      },
    },
  })
})

test('what all places say of a schema is said by the schema, and anything else where it holds', () => {
  const described = (description: string) => answering({ ...bill, description })
  const of = (one: string, other: string) =>
    nameSchemas<{ paths: Record<string, object>; components?: object }>({
      paths: { '/a': { get: described(one) }, '/b': { get: described(other) } },
    })
  const $ref = '#/components/schemas/Bill'
  const { title: _, ...shape } = bill
  assert.deepEqual(of('Same.', 'Same.'), {
    paths: { '/a': { get: answering({ $ref }) }, '/b': { get: answering({ $ref }) } },
    components: { schemas: { Bill: { description: 'Same.', ...shape } } },
  })
  assert.deepEqual(of('One.', 'Other.'), {
    paths: {
      '/a': { get: answering({ $ref, description: 'One.' }) },
      '/b': { get: answering({ $ref, description: 'Other.' }) },
    },
    components: { schemas: { Bill: shape } },
  })
})

test('two schemas of one title are refused, and a field that is called title is none', () => {
  const different = { '/a': { get: answering(cart()) }, '/b': { get: answering(cart({ id: text })) } }
  assert.throws(() => nameSchemas({ paths: different }), /two schemas with the title Cart/)
  const field = answering({ type: 'object', properties: { title: text }, examples: [{ title: 'Milk' }] })
  assert.deepEqual(nameSchemas({ paths: { '/a': { get: field } } }).paths, { '/a': { get: field } })
})
