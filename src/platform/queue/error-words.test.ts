import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorPlace, errorWords } from './error-words.ts'

test('words of an error hold no address, number, code or token', () => {
  const told: [message: string, words: string][] = [
    ['550 no such user <asha@example.com>', '550 no such user […]'],
    ['cannot reach +91 98765 43210', 'cannot reach […]'],
    ['code 123456 was wrong', 'code […] was wrong'],
    ['bearer eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1In0.c2lnbmF0dXJl refused', 'bearer […] refused'],
    ['key SG1234567890abcdefghij\nrefused', 'key […]'],
  ]
  for (const [message, words] of told) assert.equal(errorWords(new Error(message)), `Error: ${words}`)
})

test('words of an error keep what helps to find it, and stay short', () => {
  const fault = Object.assign(new TypeError("Cannot read properties of undefined (reading 'id')"), { code: 'E_X' })
  assert.equal(errorWords(fault), "TypeError E_X: Cannot read properties of undefined (reading 'id')")
  assert.equal(errorWords(new Error('answered 503 after 12 ms')), 'Error: answered 503 after 12 ms')
  assert.ok(errorWords(new Error('no '.repeat(1000))).length <= 200)
  assert.equal(errorWords('a text with +919876543210'), 'something that is not an error was thrown')
})

test('the place of an error is in our source, and outside of the queue', () => {
  const frames = [
    '    at insertOrder (file:///app/node_modules/pg/lib/query.js:1:2)',
    '    at runAttempt (file:///app/src/platform/queue/run-attempt.ts:70:1)',
    '    at placeOrder (file:///app/src/modules/orders/place-order.ts:31:9)',
  ]
  const fault = Object.assign(new Error('x'), { stack: ['Error: x', ...frames].join('\n') })
  assert.equal(errorPlace(fault), 'modules/orders/place-order.ts:31:9')
  assert.equal(errorPlace('a text'), undefined)
})
