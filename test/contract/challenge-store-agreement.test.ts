import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ChallengeStore, IssueInput, VerifyInput } from '../../src/modules/sign-in/challenge-store.ts'
import { aGuess, aSend, defaultPolicy, stores } from '../support/challenge-stores.ts'
import { setClock } from '../support/clock.ts'

const [memory, redis] = stores as [(typeof stores)[0], (typeof stores)[1]]

// Few names and small limits, so that operations meet each other and reach every limit.
const policy = defaultPolicy({
  SMS_HOURLY_BUDGET: '60',
  OTP_SENDS_PER_PHONE_HOUR: '4',
  OTP_SENDS_PER_PREFIX_HOUR: '5',
  OTP_SENDS_PER_SOURCE_MINUTE: '3',
  OTP_WRONG_PER_PHONE_HOUR: '4',
  OTP_WRONG_PER_SOURCE_HOUR: '6',
  OTP_STATUS_PER_SOURCE_MINUTE: '3',
  OTP_TRIES: '3',
})

const phone = fc.constantFrom('phone-a', 'phone-b')
const source = fc.constantFrom('source-a', 'source-b', 'source-c')
const vendor = fc.constantFrom('twilio', 'fast2sms')
const request = fc.option(fc.constantFrom('request-a', 'request-b'), { nil: undefined })
/** Which of the handles given out so far a request passes; a number past them is a made-up one. */
const handle = fc.option(fc.nat(6), { nil: undefined })
const offers = fc.constantFrom(
  [
    { id: 'twilio', pricePaise: 700 },
    { id: 'fast2sms', pricePaise: 25 },
  ],
  [{ id: 'fast2sms', pricePaise: 25 }],
  [{ id: 'twilio', pricePaise: 0 }],
)

const operation = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('issue' as const), phone, source, request, offers }) },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('verify' as const), phone, source, request, handle, right: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('status' as const), phone, source, handle }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('recordDelivery' as const),
      phone,
      vendor,
      state: fc.constantFrom('sent' as const, 'delivered' as const, 'failed' as const),
      offers,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('settle' as const),
      phone,
      parts: fc.array(fc.record({ vendor, state: fc.constant('queued' as const) }), { maxLength: 2 }),
      extraPaise: fc.integer({ min: -700, max: 700 }),
      undelivered: fc.boolean(),
      uncount: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      ms: fc.constantFrom(0, 1, 999, 30_000, 61_000, 200_000, 300_000, 3_600_000),
    }),
  },
)

const present = <T extends object>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>
  }

test('memory and Redis give the same answers to any sequence of operations', { skip: redis.skip }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 5, maxLength: 60 }), async (operations) => {
      const clock = setClock()
      const [left, right] = await Promise.all([memory.open(clock, policy), redis.open(clock, policy)])
      const both = async <T>(work: (store: ChallengeStore) => Promise<T>): Promise<T> => {
        const [a, b] = await Promise.all([work(left.store), work(right.store)])
        assert.deepEqual(b ?? null, a ?? null)
        return a
      }
      const handles: string[] = []
      const references: Record<string, string> = {}
      const handleAt = (at: number | undefined) => (at === undefined ? undefined : (handles.at(-1 - at) ?? 'made-up'))
      const subject = { prefix: 'prefix-a' }
      try {
        for (const each of operations) {
          if (each.kind === 'pass') clock.pass(each.ms)
          else if (each.kind === 'issue') {
            const input = aSend({
              phone: each.phone,
              source: each.source,
              vendors: each.offers,
              ...present({ request: each.request }),
            } as Partial<IssueInput>)
            const issued = await both((store) => store.issue(input))
            if (issued.outcome === 'send') references[each.phone] = input.reference
            if (issued.outcome === 'send' || issued.outcome === 'wait') handles.push(issued.challengeId)
          } else if (each.kind === 'verify') {
            const fields = present({ request: each.request, challengeId: handleAt(each.handle) })
            const input = aGuess({
              ...subject,
              phone: each.phone,
              source: each.source,
              digest: each.right ? 'right' : 'wrong',
              ...fields,
            } as Partial<VerifyInput>)
            await both((store) => store.verify(input))
          } else if (each.kind === 'status') {
            await both((store) =>
              store.status({
                phone: each.phone,
                source: each.source,
                ...present({ challengeId: handleAt(each.handle) }),
              }),
            )
          } else if (each.kind === 'recordDelivery') {
            const { phone: to, vendor: by, state, offers: others } = each
            await both((store) =>
              store.recordDelivery({ phone: to, reference: references[to] ?? 'none', vendor: by, state, others }),
            )
          } else {
            const { kind: _, ...input } = each
            await both((store) => store.settle({ ...subject, reference: references[each.phone] ?? 'none', ...input }))
          }
        }
      } finally {
        await Promise.all([left.end(), right.end()])
      }
    }),
    { numRuns: 200 },
  )
})
