import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Env, readSection } from '../../platform/config/read-section.ts'
import { messagingSections } from './index.ts'

function faultsOf(env: Env, development = false): string[] {
  const faults: string[] = []
  for (const section of messagingSections) readSection(section, env, { development, now: 0 }, faults)
  return faults
}

describe('the settings of messaging', () => {
  it('are sound when nothing is set', () => {
    assert.deepEqual(faultsOf({}), [])
    assert.deepEqual(faultsOf({}, true), [])
  })

  it('refuse a vendor that does not exist, or twice the same', () => {
    assert.deepEqual(faultsOf({ SMS_PROVIDERS: 'twilio,pigeon' }), [
      'SMS_PROVIDERS names "pigeon"; known are twilio, fast2sms, console.',
    ])
    assert.deepEqual(faultsOf({ SMS_PROVIDERS: 'twilio,twilio' }), ['SMS_PROVIDERS names a vendor twice.'])
  })

  it('refuse the console outside development', () => {
    assert.match(faultsOf({ SMS_PROVIDERS: 'twilio,console' }).join(), /names console, which sends to nobody/)
    assert.deepEqual(faultsOf({ SMS_PROVIDERS: 'twilio,console' }, true), [])
  })

  it('refuse addresses to which a key would go in the clear', () => {
    for (const name of ['TWILIO_BASE_URL', 'FAST2SMS_BASE_URL']) {
      assert.match(faultsOf({ [name]: 'http://vendor.example' }).join(), new RegExp(name))
      assert.deepEqual(faultsOf({ [name]: 'http://127.0.0.1:4010' }), [])
    }
  })

  it('refuse ids in the wrong place and a guessable webhook secret, without repeating a value', () => {
    const env = { TWILIO_ACCOUNT_SID: `SK${'a'.repeat(32)}`, FAST2SMS_WEBHOOK_SECRET: 'short', FAST2SMS_ROUTE: 'p' }
    const faults = faultsOf(env)
    assert.equal(faults.length, 3)
    for (const value of Object.values(env)) assert.ok(!faults.join().includes(`${value} `))
  })
})
