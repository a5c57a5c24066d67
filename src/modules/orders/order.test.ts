import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Actor, hasEnded, isUnpaid, sourcesOf, transitions } from './order.ts'
import { type OrderStatus, orderStatuses } from './order-status.ts'

const actors: readonly Actor[] = ['customer', 'picker', 'rider', 'storeManager', 'admin', 'system', 'provider']

/** The table of the specification: each step, and by whom. */
const specified: Record<string, string> = {
  'pending_payment → placed': 'provider',
  'pending_payment → payment_failed': 'provider',
  'pending_payment → expired': 'system',
  'pending_payment → cancelled': 'customer storeManager admin',
  'payment_failed → pending_payment': 'customer',
  'payment_failed → placed': 'provider',
  'payment_failed → expired': 'system',
  'payment_failed → cancelled': 'customer storeManager admin',
  'expired → placed': 'provider',
  'placed → picking': 'picker storeManager admin',
  'placed → cancelled': 'customer storeManager admin system',
  'picking → packed': 'picker storeManager admin',
  'picking → cancelled': 'picker storeManager admin',
  'packed → out_for_delivery': 'picker rider storeManager admin',
  'packed → cancelled': 'storeManager admin',
  'out_for_delivery → arrived': 'rider storeManager admin',
  'out_for_delivery → delivered': 'rider storeManager admin',
  'out_for_delivery → delivery_failed': 'rider storeManager admin',
  'arrived → delivered': 'rider storeManager admin',
  'arrived → delivery_failed': 'rider storeManager admin',
  'delivery_failed → out_for_delivery': 'picker rider storeManager admin',
  'delivery_failed → returned_to_store': 'picker storeManager admin',
}

describe('the steps of an order', () => {
  test('are those of the specification, each by whom it says, and no other', () => {
    for (const from of orderStatuses)
      for (const to of orderStatuses)
        for (const actor of actors) {
          const by = specified[`${from} → ${to}`]?.split(' ') ?? []
          assert.equal(sourcesOf(to, actor).includes(from), by.includes(actor), `${from} → ${to} by ${actor}`)
        }
  })

  test('begin with an order that waits for money or is paid at the door', () => {
    const first = transitions.filter(({ from }) => from === null)
    assert.deepEqual(
      first.map(({ to, by }) => [to, by]),
      [
        ['pending_payment', ['customer']],
        ['placed', ['customer']],
      ],
    )
  })

  test('lead from everywhere to an end, out of which only late money leads', () => {
    const next = (status: OrderStatus) => transitions.filter(({ from }) => from === status)
    for (const status of orderStatuses) {
      const leading = next(status).filter(({ by }) => !(hasEnded(status) && by.join() === 'provider'))
      assert.equal(leading.length === 0, hasEnded(status), status)
    }
    const reachable = new Set<OrderStatus>(['pending_payment', 'placed'])
    for (const status of reachable) for (const { to } of next(status)) reachable.add(to)
    assert.deepEqual([...reachable].sort(), [...orderStatuses].sort())
  })

  test('wait for money only before it is there', () => {
    assert.deepEqual(orderStatuses.filter(isUnpaid), ['pending_payment', 'payment_failed'])
  })
})
