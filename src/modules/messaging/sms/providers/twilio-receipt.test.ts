import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import twilio from 'twilio'
import { readTwilioReceipt, twilioSignature } from './twilio-receipt.ts'

const token = '0123456789abcdef0123456789abcdef'
const address = 'https://api.shop.example/api/webhooks/twilio/status?reference=msg_1'

/** A call as Twilio's own library would sign it. */
function signedCall(changes: { url?: string; signedUrl?: string; fields?: Record<string, string>; key?: string } = {}) {
  const { url = address, signedUrl = url, key = token } = changes
  const fields = { MessageSid: 'SM1', MessageStatus: 'delivered', To: '+919876543210', ...changes.fields }
  const signature = twilio.getExpectedTwilioSignature(key, signedUrl, fields)
  return {
    url,
    query: new URL(url).searchParams,
    headers: { 'x-twilio-signature': signature },
    body: new URLSearchParams(fields).toString(),
    secret: 'status',
    receivedAt: 0,
  }
}

describe("Twilio's signature", () => {
  it("equals that of Twilio's own library for any fields, repeated ones too", () => {
    const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.array(fc.string(), { minLength: 2, maxLength: 4 }))
    const fields = fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1 }), value, { noNullPrototype: true })
    fc.assert(
      fc.property(fields, fc.string({ minLength: 1 }), fc.webUrl({ withQueryParameters: true }), (sent, key, url) => {
        const form = new URLSearchParams()
        for (const [name, values] of Object.entries(sent)) {
          for (const each of [values].flat()) form.append(name, each)
        }
        assert.equal(twilioSignature(key, url, form), twilio.getExpectedTwilioSignature(key, url, sent))
      }),
    )
  })

  it('is checked over fields that nobody knows yet, and over every character of them', () => {
    const call = signedCall({ fields: { NewField: 'नया + & = value', ChannelPrefix: '' } })
    assert.equal(typeof readTwilioReceipt(call, token), 'object')
    assert.equal(readTwilioReceipt({ ...call, body: `${call.body}x` }, token), 'forged')
    assert.equal(readTwilioReceipt({ ...call, body: `${call.body}&More=1` }, token), 'forged')
  })

  it('is accepted with and without the standard port, and with no other', () => {
    const withPort = address.replace('.example', '.example:443')
    assert.equal(typeof readTwilioReceipt(signedCall({ signedUrl: withPort }), token), 'object')
    assert.equal(typeof readTwilioReceipt(signedCall({ url: withPort, signedUrl: address }), token), 'object')
    assert.equal(
      readTwilioReceipt(signedCall({ signedUrl: address.replace('.example', '.example:8443') }), token),
      'forged',
    )
    const plain = address.replace('https', 'http')
    assert.equal(
      typeof readTwilioReceipt(signedCall({ url: plain, signedUrl: plain.replace('.example', '.example:80') }), token),
      'object',
    )
  })

  it('is forged when key, address, query or header differ, or when we have no address', () => {
    assert.equal(readTwilioReceipt(signedCall({ key: 'other' }), token), 'forged')
    assert.equal(readTwilioReceipt(signedCall({ signedUrl: address.replace('msg_1', 'msg_2') }), token), 'forged')
    assert.equal(readTwilioReceipt({ ...signedCall(), headers: {} }, token), 'forged')
    assert.equal(readTwilioReceipt({ ...signedCall(), headers: { 'x-twilio-signature': '' } }, token), 'forged')
    const { url: _, ...addressless } = signedCall()
    assert.equal(readTwilioReceipt(addressless, token), 'forged')
  })
})

describe("Twilio's receipt", () => {
  const read = (fields: Record<string, string>) => readTwilioReceipt(signedCall({ fields }), token)

  const states: [status: string, state: string][] = [
    ['accepted', 'queued'],
    ['queued', 'queued'],
    ['sending', 'queued'],
    ['sent', 'sent'],
    ['delivered', 'delivered'],
    ['read', 'delivered'],
    ['undelivered', 'failed'],
    ['failed', 'failed'],
    ['canceled', 'failed'],
  ]
  for (const [status, state] of states) {
    it(`of ${status} says that the message is ${state}`, () => {
      const receipt = read({ MessageStatus: status })
      assert.ok(typeof receipt === 'object')
      assert.deepEqual([receipt.reference, receipt.to, receipt.state], ['msg_1', '+919876543210', state])
    })
  }

  const failures: [code: string, worthAnother: boolean, alarm: boolean][] = [
    ['30001', true, false],
    ['30002', true, true],
    ['30003', true, false],
    ['30004', true, false],
    ['30005', false, false],
    ['30006', false, false],
    ['30007', true, true],
    ['30008', true, false],
    ['30450', false, false],
    ['21610', false, false],
    ['60410', false, false],
    ['39999', true, false],
  ]
  for (const [code, worthAnother, alarm] of failures) {
    it(`of failure ${code} is ${worthAnother ? '' : 'not '}worth another vendor${alarm ? ', and an alarm' : ''}`, () => {
      const receipt = read({ MessageStatus: 'undelivered', ErrorCode: code })
      const expected = { state: 'failed', reason: `twilio ${code}`, worthAnother, alarm }
      assert.deepEqual(receipt, { reference: 'msg_1', to: '+919876543210', ...expected })
    })
  }

  it('is ignored when its status is new, or when it names no message of ours', () => {
    assert.equal(read({ MessageStatus: 'teleported' }), 'ignored')
    assert.equal(read({ MessageStatus: 'constructor' }), 'ignored')
    assert.equal(readTwilioReceipt(signedCall({ url: 'https://api.shop.example/x' }), token), 'ignored')
  })
})
