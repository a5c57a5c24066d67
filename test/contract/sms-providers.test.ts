import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { smsProviders } from '../../src/modules/messaging/index.ts'
import type { Env } from '../../src/platform/config/read-section.ts'
import { type DeclaredSetting, namesOf } from '../../src/platform/config/section.ts'
import { type FakeVendor, fakeVendor, type Play, type VendorName } from '../support/fake-vendor.ts'
import { startMessaging, vendorEnv } from '../support/start-messaging.ts'
import { allowed } from '../support/time-limits.ts'

/** What a vendor says in each case that the core tells apart. Every provider with a wire has a row. */
const wires: Record<VendorName, { rejects: Play; refuses: Play }> = {
  twilio: {
    rejects: { status: 400, body: { code: 21211, message: "'To' is not valid: +919876543210", status: 400 } },
    refuses: { status: 401, body: { code: 20003, message: 'Authenticate', status: 401 } },
  },
  fast2sms: {
    rejects: { status: 400, body: { return: false, status_code: 411, message: 'Invalid Numbers 9876543210' } },
    refuses: { status: 401, body: { return: false, status_code: 412, message: 'Invalid Authentication' } },
  },
}

const broken: [what: string, play: Play][] = [
  ['never answers', 'hang'],
  ['drops the connection', 'reset'],
  ['answers a web page', 'html'],
  ['answers 503', { status: 503, body: {} }],
  [
    'answers 200 and nothing but nulls',
    { status: 200, body: { sid: null, status: null, return: null, request_id: null } },
  ],
  ['answers 200 and null', { status: 200, body: null }],
]

describe('every SMS provider', () => {
  let fake: FakeVendor
  before(async () => {
    fake = await fakeVendor()
  })
  after(() => fake.close())
  beforeEach(() => {
    fake.requests.length = 0
  })

  it('has a row in this suite if it calls anybody', () => {
    const callers = smsProviders.filter(({ baseUrl }) => baseUrl !== undefined).map(({ id }) => id)
    assert.deepEqual(callers.sort(), Object.keys(wires).sort())
  })

  for (const { id, settings, missing } of smsProviders) {
    describe(id, () => {
      const declared = Object.values(settings.settings.properties) as unknown as DeclaredSetting[]

      it('explains each of its settings, and hides those that are secret', () => {
        for (const each of declared) {
          const [name = ''] = namesOf(each)
          assert.match(name, /^[A-Z][A-Z0-9_]+$/)
          assert.ok(each.description.length > 10, name)
          assert.equal(each.secret ?? false, /(TOKEN|SECRET|API_KEY|PASSWORD)$/.test(name), name)
        }
      })

      it('names what it lacks when nothing is set, unless it needs nothing', () => {
        const defaults = Object.entries(settings.settings.properties).map(([key, schema]) => [
          key,
          (schema as unknown as DeclaredSetting).default,
        ])
        const names = declared.flatMap((each) => namesOf(each))
        const gaps = missing(Object.fromEntries(defaults))
        assert.equal(gaps.length > 0, declared.length > 0)
        for (const gap of gaps) assert.ok(names.includes(gap), gap)
      })
    })
  }

  for (const [name, { rejects, refuses }] of Object.entries(wires)) {
    const id = name as VendorName
    const start = () => startMessaging({ ...vendorEnv(fake.baseUrl), SMS_ATTEMPT_TIMEOUT_MS: '200' })
    const sendBy = async (play: Play) => {
      fake.answer({ [id]: play })
      const started = await start()
      return { ...started, result: await started.send({ vendors: [id] }) }
    }

    describe(`${id}, called`, () => {
      it('passes on number, code and our reference in one POST without a secret in its address', async () => {
        const { result } = await sendBy('accept')
        assert.equal(result.outcome, 'accepted')
        assert.ok(result.vendorReference)
        const [request, ...more] = fake.requests
        assert.deepEqual(more, [])
        assert.deepEqual([request?.vendor, request?.to, request?.code], [id, '+919876543210', '123456'])
        assert.equal(request?.reference, 'msg_01h455vb4pex5vsknk084sn02q')
        const secrets = declaredSecrets(id, vendorEnv(fake.baseUrl))
        assert.ok(secrets.length > 0)
        for (const secret of secrets) assert.ok(!request?.path.includes(secret))
      })

      it('rejects a bad number, which then costs nobody another SMS', async () => {
        fake.answer({ twilio: 'accept', fast2sms: 'accept', [id]: rejects })
        const { send } = await start()
        const others = Object.keys(wires).filter((other) => other !== id)
        const result = await send({ vendors: [id, ...others] })
        assert.deepEqual(result.attempts, [{ vendor: id, outcome: 'rejected', mayHaveSent: false }])
        assert.equal(fake.requests.length, 1)
      })

      it('is unavailable and has sent nothing when it refuses us', async () => {
        const { result, lines } = await sendBy(refuses)
        assert.deepEqual(result.attempts, [{ vendor: id, outcome: 'unavailable', mayHaveSent: false }])
        assert.ok(lines.some((line) => line.includes('"alarm":true')))
      })

      for (const [what, play] of broken) {
        it(`is unavailable and may have sent when it ${what}`, async () => {
          const startedAt = Date.now()
          const { result } = await sendBy(play)
          assert.deepEqual(result.attempts, [{ vendor: id, outcome: 'unavailable', mayHaveSent: true }])
          assert.equal(fake.requests.length, 1, 'a send is never repeated')
          assert.ok(Date.now() - startedAt < allowed(2000))
        })
      }

      it('leaks no code, number, key or text of its own into logs and metrics', async () => {
        for (const play of ['accept', rejects, refuses, ...broken.map(([, each]) => each)] as Play[]) {
          const { lines, metrics } = await sendBy(play)
          const seen = lines.join('') + (await metrics.expose()).text
          const secrets = declaredSecrets(id, vendorEnv(fake.baseUrl))
          assert.doesNotMatch(seen, /(?<![\d.])123456(?!\d)/) // not digits of a time that was measured
          for (const secret of ['9876543210', 'Invalid', 'Authenticate', ...secrets])
            assert.ok(!seen.includes(secret), secret)
        }
      })

      it('takes no receipt that it cannot check', () => {
        const provider = smsProviders.find((each) => each.id === id)
        const call = { url: 'https://api.shop.example/x', query: new URLSearchParams('reference=msg_1'), headers: {} }
        const body = 'To=%2B919876543210&MessageStatus=failed&udf1=msg_1&mobile=9876543210&status=failed'
        if (!provider?.readReceipt) return
        for (const secret of ['', 'undefined', 'null'])
          assert.equal(provider.readReceipt({ ...call, body, secret, receivedAt: 0 }, {}), 'forged')
      })
    })
  }
})

/** The values of a vendor's secret settings. */
function declaredSecrets(id: string, env: Env): string[] {
  const section = smsProviders.find((provider) => provider.id === id)?.settings
  const declared = Object.values(section?.settings.properties ?? {}) as unknown as DeclaredSetting[]
  const names = declared.filter(({ secret }) => secret).flatMap((each) => namesOf(each))
  return names.flatMap((name) => env[name] ?? [])
}
