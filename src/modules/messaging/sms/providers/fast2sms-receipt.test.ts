import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readFast2smsReceipt } from './fast2sms-receipt.ts'

const secret = 'reports-come-here-5b8f1c2e9d'
const read = (body: string, given = secret) =>
  readFast2smsReceipt({ query: new URLSearchParams(), headers: {}, body, secret: given, receivedAt: 0 }, secret)
const json = (fields: Record<string, unknown>) =>
  JSON.stringify({ udf1: 'msg_1', mobile: 9876543210, status: 'Delivered', ...fields })
const calm = { worthAnother: false, alarm: false }

describe("Fast2SMS's report", () => {
  it('is forged without the whole secret', () => {
    for (const wrong of ['', 'status', secret.slice(1), `${secret}x`, secret.toUpperCase()]) {
      assert.equal(read(json({}), wrong), 'forged')
    }
  })

  it('is read from JSON, from a list and from a form', () => {
    const delivered = { reference: 'msg_1', to: '9876543210', state: 'delivered', ...calm }
    assert.deepEqual(read(json({})), delivered)
    assert.deepEqual(read(json({ mobile: '9876543210' })), delivered)
    assert.deepEqual(read(`[${json({})}]`), delivered)
    assert.deepEqual(read('reference=msg_1&mobile=9876543210&status=DELIVERED'), delivered)
  })

  const states: [status: string, state: string][] = [
    ['delivered', 'delivered'],
    ['Sent', 'sent'],
    ['Pending', 'queued'],
    ['Failed', 'failed'],
    ['UNDELIVERED', 'failed'],
    ['Rejected', 'failed'],
    ['Expired', 'failed'],
    ['Blocked', 'failed'],
  ]
  for (const [status, state] of states) {
    it(`of ${status} says that the message is ${state}`, () => {
      const receipt = read(json({ status }))
      assert.ok(typeof receipt === 'object')
      assert.deepEqual([receipt.state, receipt.worthAnother], [state, state === 'failed'])
    })
  }

  it('gives the code of a failure and nothing else of its text, and raises an alarm for registration', () => {
    const failed = { reference: 'msg_1', to: '9876543210', state: 'failed', worthAnother: true }
    const described = (status_description: string) => read(json({ status: 'Failed', status_description }))
    assert.deepEqual(described('DLT 621 header inactive'), { ...failed, reason: 'fast2sms 621', alarm: true })
    assert.deepEqual(described('919876543210 absent'), { ...failed, reason: 'fast2sms failed', alarm: false })
    assert.deepEqual(described('error 502'), { ...failed, reason: 'fast2sms 502', alarm: false })
  })

  it('that puts more than a word into the status gives us the word alone', () => {
    const reasonOf = (status: string, status_description = '') => {
      const receipt = read(json({ status, status_description }))
      return typeof receipt === 'object' ? receipt.reason : receipt
    }
    assert.equal(reasonOf('reject-9876543210'), 'fast2sms rejected')
    assert.equal(reasonOf('failed_9876543210 482913'), 'fast2sms failed')
    assert.equal(reasonOf('UNDELIVERABLE'), 'fast2sms undelivered')
    assert.equal(reasonOf('Failed', 'no 987 654 3210, code 482 913'), 'fast2sms failed')
  })

  it('is ignored when it lacks what we need', () => {
    const bodies = [
      '',
      'null',
      '7',
      '"x"',
      '[]',
      '{}',
      '[null]',
      '{"udf1":null}',
      '<html>',
      '{"udf1":"msg_1"',
      json({ udf1: {} }),
    ]
    for (const body of bodies) assert.equal(read(body), 'ignored', body)
  })
})
