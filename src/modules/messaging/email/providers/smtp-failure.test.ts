import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { outcomeOfFailure } from './smtp-failure.ts'

const failure = (fields: object): Error => Object.assign(new Error('said asha@example.com'), fields)
const unavailable = (reason: string, mayHaveSent: boolean, alarm: boolean) => ({
  outcome: 'unavailable',
  reason: `smtp ${reason}`,
  mayHaveSent,
  alarm,
})

const cases: [what: string, fields: object, outcome: object][] = [
  ['an unknown host', { code: 'EDNS', originalCode: 'ENOTFOUND' }, unavailable('ENOTFOUND', false, false)],
  ['a resolver that is silent', { code: 'EDNS' }, unavailable('EDNS', false, false)],
  [
    'a network without a way',
    { code: 'ESOCKET', originalCode: 'ENETUNREACH' },
    unavailable('ENETUNREACH', false, false),
  ],
  ['a connection that breaks', { code: 'ESOCKET', originalCode: 'ECONNRESET' }, unavailable('ECONNRESET', true, false)],
  ['a server that hangs up', { code: 'ECONNECTION' }, unavailable('ECONNECTION', true, false)],
  [
    'no connection in time',
    { code: 'ETIMEDOUT', timeoutType: 'CONNECT_TIMEOUT' },
    unavailable('timeout', false, false),
  ],
  [
    'no encryption in time',
    { code: 'ETIMEDOUT', timeoutType: 'UPGRADE_TIMEOUT' },
    unavailable('timeout', false, false),
  ],
  ['silence in the middle', { code: 'ETIMEDOUT', timeoutType: 'SOCKET_TIMEOUT' }, unavailable('timeout', true, false)],
  ['our own time-out', { code: 'EABORT' }, unavailable('timeout', true, false)],
  ['no encryption', { code: 'ETLS' }, unavailable('ETLS', false, true)],
  [
    'a certificate that is over',
    { code: 'ESOCKET', originalCode: 'CERT_HAS_EXPIRED' },
    unavailable('CERT_HAS_EXPIRED', false, true),
  ],
  ['a login without a password', { code: 'EAUTH' }, unavailable('EAUTH', false, true)],
  [
    'a server that goes off at the recipient',
    { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 421, response: '421 4.3.2 bye' },
    unavailable('421 4.3.2', false, false),
  ],
  [
    'a sender that is not allowed',
    { code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 553, response: '553 5.1.8 not yours' },
    unavailable('553 5.1.8', false, true),
  ],
  [
    'a busy mailbox',
    { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 452, response: '452-4.2.2 full\n452 4.2.2 wait' },
    { ...unavailable('452 4.2.2', false, false), onlyThisRecipient: true },
  ],
]

describe('a failed mail', () => {
  for (const [what, fields, outcome] of cases) {
    it(`means after ${what} what it should`, () => assert.deepEqual(outcomeOfFailure(failure(fields)), outcome))
  }

  it('is a fault when it is not about mail', () => {
    const bug = new TypeError('x is not a function')
    assert.throws(
      () => outcomeOfFailure(bug),
      (error) => error === bug,
    )
  })
})
