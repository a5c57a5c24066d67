import assert from 'node:assert/strict'
import { test } from 'node:test'
import { maskEmail, maskPhone, maskPhoneNumbers } from './mask.ts'

test('a masked number shows country, two digits and the last three', () => {
  assert.equal(maskPhone('+919876543210'), '+9198•••••210')
})

test('a masked address shows its first letter and its domain', () => {
  assert.equal(maskEmail('asha@example.com'), 'a•••@example.com')
  assert.equal(maskEmail('a@example.com'), 'a•••@example.com')
})

test('whatever looks like a phone number is taken out of a line', () => {
  for (const number of ['9876543210', '+919876543210', '+91 98765 43210', '098765-43210', '919876543210']) {
    assert.equal(maskPhoneNumbers(`{"msg":"cannot send to ${number}"}`), '{"msg":"cannot send to [number]"}')
    assert.equal(maskPhoneNumbers(`{"to":"${number}","x":1}`), '{"to":"[number]","x":1}')
  }
})

test('times, ids, amounts and counts stay', () => {
  const line =
    '{"time":"2026-11-22T17:41:55.340Z","requestId":"req_01m825bh9kfez9tq3rbtn5ya3p","sid":"SM00000000000000000000000000000012","ms":12345,"port":65535}'
  assert.equal(maskPhoneNumbers(line), line)
})
