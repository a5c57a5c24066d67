import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { StatementError } from '../../src/platform/database/statement-error.ts'
import { newId } from '../../src/platform/ids.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'

for (const kind of databaseKinds) {
  describe(`the tables of payments on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let id: string
    before(async () => {
      database = await aDatabase(kind)
    })
    after(() => database.end())
    beforeEach(async () => {
      id = newId('pay')
      await run(payment('$p', `'online'`, `'created'`))
    })

    const payment = (name: string, kindOf: string, status: string, amount = 500) =>
      `insert into payments (id, order_id, user_id, store_id, provider, kind, status, amount_paise, created_at, updated_at)
       values (${name}, $p, $p, $p, 'razorpay', ${kindOf}, ${status}, ${amount}, now(), now())`
    const capture = (number: number, before: number, amount: number, reference = `$p || '-${number}'`) =>
      `insert into captures (payment_id, number, provider, reference, received_before, amount_paise, currency, is_exact, at)
       values ($p, ${number}, 'razorpay', ${reference}, ${before}, ${amount}, 'INR', true, now())`
    /** A capture and its payment in one statement, as it has to be. */
    const came = (number: number, before: number, amount: number, received: number) =>
      `with c as (${capture(number, before, amount)}) update payments set received_paise = ${received}, last_capture = ${number} where id = $p`
    const refund = (amount: number, more = '') =>
      `insert into refunds (id, order_id, store_id, payment_id, capture_number, reference, provider, amount_paise, status, reason, created_at, updated_at, look_at)
       values ('rfd_' || right($p, 20), $p, $p, $p, 1, 'a', 'razorpay', ${amount}, 'manual', 'x', now(), now(), null) ${more}`
    /** `$p` stands for the payment. */
    const run = (sql: string) => database.executeSql(sql.replaceAll('$p', `'${id}'`))
    async function refuses(constraint: string, sql: string) {
      await assert.rejects(run(sql), ({ constraint: name, code }: StatementError) => {
        assert.equal(`${name} ${code.slice(0, 2)}`, `${constraint} 23`, sql)
        return true
      })
    }
    const set = (columns: string, table = 'payments', key = 'id') => `update ${table} set ${columns} where ${key} = $p`

    test('take money with its capture', async () => {
      await run(came(1, 0, 500, 500))
      await run(came(2, 500, 100, 600))
      await run(set(`status = 'captured'`))
    })

    test('refuse money that no capture accounts for, or by another amount', async () => {
      await refuses('payments_begin_with_nothing', set('received_paise = 1'))
      await refuses('payments_captures_add_up', set('received_paise = 500, last_capture = 1'))
      await refuses('payments_captures_add_up', came(1, 0, 500, 499))
      await run(came(1, 0, 500, 500))
      await refuses('payments_captures_add_up', set('received_paise = 600'))
      await refuses('payments_go_forward', set('received_paise = 0, last_capture = null'))
    })

    test('refuse a capture that is in no payment, or does not follow the one before', async () => {
      await refuses('captures_are_in_payment', capture(1, 0, 500))
      await refuses('captures_first_begins_with_nothing', came(1, 10, 500, 510))
      await refuses('captures_follow_each_other', came(2, 0, 500, 500))
      await run(came(1, 0, 500, 500))
      await refuses('captures_follow_each_other', came(2, 400, 100, 500))
    })

    test('refuse the same money twice, nothing, and less than nothing', async () => {
      await run(came(1, 0, 500, 500))
      await refuses('captures_once', capture(2, 500, 500, `$p || '-1'`))
      await refuses('captures_amount_paise_check', came(2, 500, 0, 500))
      await refuses('captures_amount_paise_check', came(2, 500, -100, 400))
      await refuses('payments_amount_paise_check', payment(`'pay_negative'`, `'online'`, `'created'`, -1))
    })

    test('refuse that captures are changed or deleted, and that payments are deleted', async () => {
      await run(came(1, 0, 500, 500))
      for (const column of [
        'amount_paise = 1',
        `reference = 'x'`,
        `currency = 'USD'`,
        'is_exact = false',
        'at = now()',
      ])
        await refuses('captures_are_not_changed', set(column, 'captures', 'payment_id'))
      await refuses('captures_stay', 'delete from captures where payment_id = $p')
      await refuses('captures_stay', 'truncate captures cascade')
      await refuses('payments_stay', 'delete from payments where id = $p')
    })

    test('refuse to give back more than came, or less than nothing', async () => {
      await run(came(1, 0, 500, 500))
      await refuses('payments_refunded_was_received', set('refunded_paise = 501'))
      await refuses('payments_refunded_was_received', set('refunded_paise = -1'))
      await refuses('captures_refunded_was_received', set('refunded_paise = 501', 'captures', 'payment_id'))
      await refuses('refunds_amount_paise_check', refund(0))
      await run(refund(500))
      await refuses('refunds_once', refund(500).replace(`'rfd_'`, `'rfe_'`))
      await refuses('refunds_failed_has_reason', set(`status = 'failed'`, 'refunds', 'payment_id'))
      await refuses('refunds_open_are_looked_at', set(`status = 'pending'`, 'refunds', 'payment_id'))
      await refuses('refunds_capture_fkey', set('capture_number = 2', 'refunds', 'payment_id'))
    })

    test('refuse a state that is not of its kind, or paid without money', async () => {
      await refuses('payments_status_is_of_kind', set(`status = 'due'`))
      await refuses('payments_status_is_of_kind', payment(`'pay_cash'`, `'cash'`, `'created'`))
      await refuses('payments_status_check', set(`status = 'lost'`))
      await refuses('payments_paid_is_received', set(`status = 'captured'`))
      await run(came(1, 0, 499, 499))
      await refuses('payments_paid_is_received', set(`status = 'captured'`))
    })

    test('refuse an event twice, one that is done without saying what it came to, and one that waits without its text', async () => {
      const event = (columns: string, values: string) =>
        `insert into provider_events (provider, event_id, kind, body_hash, received_at${columns})
         values ('razorpay', $p, 'x', sha256('x'), now()${values})`
      await refuses('provider_events_processed_has_outcome', event(', processed_at', ', now()'))
      await refuses('provider_events_unprocessed_has_body', event(', look_at', ', now()'))
      await refuses('provider_events_unprocessed_is_looked_at', event(', body', `, 'x'`))
      const whole = event(', body, look_at', `, 'x', now()`)
      await run(whole)
      await refuses('provider_events_pkey', whole)
    })
  })
}
