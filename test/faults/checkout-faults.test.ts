import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import {
  faultsOfAccounts,
  faultsOfCash,
  faultsOfCoupons,
  faultsOfInvoices,
  faultsOfMoney,
  faultsOfSteps,
  faultsOfStock,
} from '../support/checkout-books.ts'
import { type RunResult, runCheckouts } from '../support/checkout-run.ts'
import { razorpayKeys } from '../support/fake-razorpay.ts'
import { ownPostgresMissing } from '../support/own-postgres.ts'

const seed = process.env['CHECKOUT_SEED'] ?? String(Date.now())
const checkouts = Number(process.env['CHECKOUT_CHECKOUTS'] ?? 500)
/** What there has to be of each, in a run of so many checkouts: where chance brings few, only a longer run is held to it. */
const troubles = {
  'kill -9 of a server': 50,
  'PostgreSQL killed and started again': 50,
  'webhooks duplicated': 50,
  'webhooks dropped': 50,
  'webhooks delayed, and so out of order': 50,
  'webhooks forged': 50,
  'answers of the gateway that went wrong': 50,
  'payments that came late': 200,
  'payments made twice': 200,
  'payments of a wrong amount': 200,
  'cancellations against a payment': 200,
  'refunds by hand, thrice under one key': 150,
}
/** Besides half a minute for the start and what comes to rest, a checkout takes a tenth of a second. */
const timeout = 330_000 + checkouts * 300

/** What of an order is as it was ordered, whatever has been found of it and become of it since. */
const asOrdered = ({ id, storeId, paymentMethod, createdAt, lines }: Record<string, unknown>) => ({
  ...{ id, storeId, paymentMethod, createdAt },
  lines: (lines as Record<string, unknown>[]).map(({ foundQuantity: _, ...line }) => line),
})

describe(`${checkouts} checkouts while servers, PostgreSQL and the gateway fail, with CHECKOUT_SEED=${seed}`, {
  skip: ownPostgresMissing,
  timeout,
}, () => {
  let run: RunResult
  before(
    async () => {
      run = await runCheckouts({ seed, checkouts, customers: Math.min(400, checkouts), atOnce: 24 })
      const report = [`checkouts under faults, seed ${seed}, in ${run.seconds} s:`, ...run.tally.lines()]
      process.stdout.write(`${report.join('\n  ')}\n`)
    },
    { timeout },
  )

  test('there was trouble enough', (context) => {
    context.diagnostic(run.tally.lines().join(' · '))
    const { tally } = run
    assert.equal(tally.of('checkouts'), checkouts)
    for (const [what, among] of Object.entries(troubles))
      if (checkouts >= among) assert.ok(tally.of(what) > 0, `no ${what}`)
  })

  test('what the gateway took is what orders that stand are worth, and the rest went back', () => {
    assert.deepEqual(faultsOfMoney(run.books, run.till), [])
  })

  test('each capture and each refund is written down once, as the gateway has it', () => {
    assert.deepEqual(faultsOfAccounts(run.books, run.till), [])
  })

  test('cash is due, collected or nobody’s, as the order is', () => {
    assert.deepEqual(faultsOfCash(run.books), [])
  })

  test('nothing is sold that is not there, and nothing is held for nobody', () => {
    assert.deepEqual(faultsOfStock(run.books), [])
  })

  test('a coupon is used as often as it may be at most, and by orders that stand', () => {
    assert.deepEqual(faultsOfCoupons(run.books), [])
  })

  test('every step of every order is in the table', () => {
    assert.deepEqual(faultsOfSteps(run.books), [])
  })

  test('invoices are numbered without gaps, and over what was paid', () => {
    assert.deepEqual(faultsOfInvoices(run.books), [])
  })

  test('everybody has got an answer, and under one key always the same order', () => {
    assert.equal(run.tally.of('clients without an answer'), 0)
    assert.equal(run.tally.of('keys used for another order, answered'), 0)
    const orders = new Map<string, string>()
    for (const { key, answers } of run.kept) {
      assert.ok(answers.length > 0, `nothing was answered under ${key}`)
      if (answers[0]?.status !== 201) continue
      const stored = JSON.parse(run.stored.get(key) ?? '{}')
      for (const { status, body } of answers) {
        assert.equal(status, 201)
        assert.deepEqual(asOrdered(body.order), asOrdered(stored.order))
        assert.equal(body.payment.id, stored.payment.id)
      }
      assert.ok(!orders.has(stored.order.id), 'two keys have one order')
      orders.set(stored.order.id, key)
    }
  })

  test('there is no order but those that somebody asked for, each under its key', () => {
    const answered = new Set([...run.stored.values()].flatMap((answer) => JSON.parse(answer).order?.id ?? []))
    assert.deepEqual(
      run.books.orders.map(({ id }) => id).filter((id) => !answered.has(id)),
      [],
    )
    assert.equal(answered.size, run.books.orders.length)
  })

  test('who gave money back thrice under one key gave it back once', () => {
    for (const answers of run.refunds) {
      const made = answers.map(({ status, body }) => JSON.stringify([status, body]))
      assert.equal(new Set(made).size, 1, made.join('\n'))
    }
  })

  test('no forged webhook was believed', () => {
    assert.equal(run.tally.of('forged webhooks that were believed'), 0)
  })

  test('no work was given up', () => {
    assert.equal(run.deadLetters, 0)
  })

  test('no line of a log holds a token, a phone number, an address or a secret', () => {
    const { output, secrets } = run
    const { keySecret, webhookSecret } = razorpayKeys
    const known = [keySecret, webhookSecret, 'test-key-', 'asha@', '9876543210', 'deliveryCode', 'postgres://']
    for (const secret of [...known, ...secrets]) assert.ok(!output.includes(secret), `${secret} was logged`)
    assert.doesNotMatch(output, /9197\d{8}|\b97\d{8}\b/)
  })
})
