import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shelfKeys } from './shelf.ts'

const places = (storeId: string, count: number) =>
  Array.from({ length: count }, (_, at) => ({ storeId, productId: `prd_${at}`, change: 'stock' as const }))

test('changes of the shelf are named one by one up to 500 products of a store, and as everything beyond', () => {
  assert.deepEqual(shelfKeys(places('sto_a', 501)), ['sto_a *'])
  const keys = shelfKeys([...places('sto_a', 500), ...places('sto_b', 501)])
  assert.equal(keys.length, 501)
  assert.deepEqual([keys[0], keys.at(-1)], ['sto_a prd_0 stock', 'sto_b *'])
})

test('what stayed as it was is not named', () => {
  assert.deepEqual(shelfKeys([{ storeId: 'sto_a', productId: 'prd_a', change: null }]), [])
})
