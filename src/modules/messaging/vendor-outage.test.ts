import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type FakeVendor, fakeVendor, type Play } from '../../../test/support/fake-vendor.ts'
import { type StartedMessaging, startMessaging, vendorEnv } from '../../../test/support/start-messaging.ts'

const down: Play = { status: 503, body: {} }

describe('while a vendor is down', () => {
  let fake: FakeVendor
  let started: StartedMessaging
  beforeEach(async () => {
    fake = await fakeVendor()
    started = await startMessaging(vendorEnv(fake.baseUrl))
  })
  afterEach(() => fake.close())

  const asked = (vendor: string) => fake.requests.filter((request) => request.vendor === vendor).length
  const order = () => started.messaging.vendors().map(({ id }) => id)
  const trip = async () => {
    fake.answer({ twilio: down })
    for (let count = 0; count < 5; count += 1) await started.send()
  }

  it('leaves it alone after five failures, puts it last, and says so', async () => {
    await trip()
    await started.send()
    assert.equal(asked('twilio'), 5)
    assert.deepEqual(order(), ['fast2sms', 'twilio'])
    assert.equal(started.messaging.health()['twilio']?.circuit, 'open')
    assert.match((await started.metrics.expose()).text, /sms_circuit_state\{vendor="twilio"\} 2/)
  })

  it('probes it with one of many parallel sends, loses none of them, and takes it back', async () => {
    started = await startMessaging({ ...vendorEnv(fake.baseUrl), SMS_BREAKER_OPEN_SECONDS: '1' })
    await trip()
    await pause(1050)
    assert.deepEqual(order(), ['twilio', 'fast2sms'])
    assert.equal(started.messaging.health()['twilio']?.circuit, 'half-open')

    const before = asked('twilio')
    fake.answer({ twilio: { afterMs: 100 } })
    const results = await Promise.all(Array.from({ length: 50 }, () => started.send()))
    assert.equal(asked('twilio') - before, 1)
    assert.ok(results.every(({ outcome }) => outcome === 'accepted'))
    assert.equal(started.messaging.health()['twilio']?.circuit, 'closed')
    assert.match((await started.metrics.expose()).text, /sms_circuit_state\{vendor="twilio"\} 0/)
    await started.send()
    assert.equal(asked('twilio') - before, 2)
  })

  it('is unavailable at once when the circuits of all vendors are open', async () => {
    fake.answer({ fast2sms: down })
    await trip()
    const before = fake.requests.length
    assert.deepEqual(await started.send(), { outcome: 'unavailable', attempts: [] })
    assert.equal(fake.requests.length, before)
  })

  it('stays open to others when numbers are refused or cannot be reached: nobody can switch a vendor off so', async () => {
    for (const code of [21211, 21612]) {
      fake.answer({ twilio: { status: 400, body: { code } } })
      for (let count = 0; count < 10; count += 1) await started.send()
    }
    assert.equal(started.messaging.health()['twilio']?.circuit, 'closed')
  })
})
