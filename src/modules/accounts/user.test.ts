import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { objectionTo } from './user.ts'

const admin = { id: 'usr_admin', roles: ['customer' as const, 'admin' as const], storeIds: [] }
const customer = { id: 'usr_customer', roles: ['customer' as const], storeIds: [] }
const by = (target: typeof admin | typeof customer) => ({ target, actorId: admin.id })

describe('what an admin may change', () => {
  test('nobody takes the admin role from himself or blocks himself', () => {
    assert.equal(objectionTo({ roles: ['customer'] }, by(admin)), 'ownAdminRole')
    assert.equal(objectionTo({ blocked: { reason: 'tired' } }, by(admin)), 'ownBlock')
    assert.equal(objectionTo({ roles: ['admin'] }, by(admin)), undefined)
    assert.equal(objectionTo({ roles: ['picker'], blocked: { reason: 'fraud' } }, by(customer)), undefined)
  })

  test('a store manager has a store', () => {
    assert.equal(objectionTo({ roles: ['storeManager'] }, by(customer)), 'storeRequired')
    assert.equal(objectionTo({ roles: ['storeManager'], storeIds: ['sto_1'] }, by(customer)), undefined)
    const manager = { id: 'usr_manager', roles: ['storeManager' as const], storeIds: ['sto_1'] }
    assert.equal(objectionTo({ storeIds: [] }, { target: manager, actorId: admin.id }), 'storeRequired')
    assert.equal(objectionTo({ blocked: null }, { target: manager, actorId: admin.id }), undefined)
  })
})
