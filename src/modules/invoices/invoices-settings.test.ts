import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readSection } from '../../platform/config/read-section.ts'
import { gstinCheckCharacter, isGstin } from './gstin.ts'
import { invoicesSettings, sellerOf } from './invoices-settings.ts'

const context = { development: false, now: 0 }
const address = { SELLER_ADDRESS: '14 Residency Road, Bengaluru' }

function faultsOf(env: Record<string, string>): string[] {
  const faults: string[] = []
  readSection(invoicesSettings, env, context, faults)
  return faults
}

describe('settings of the seller', () => {
  test('know a GSTIN by its last character and its state', () => {
    for (const gstin of ['27AAPFU0939F1ZV', '29AAGCB7383J1Z4']) assert.ok(isGstin(gstin), gstin)
    for (const gstin of ['27AAPFU0939F1ZW', '29AAPFU0939F1ZV', '27AAPFU0993F1ZV', '27aapfu0939f1zv', ''])
      assert.ok(!isGstin(gstin), gstin)
    const unknownState = `28AAPFU0939F1Z`
    assert.ok(!isGstin(`${unknownState}${gstinCheckCharacter(unknownState)}`))
  })

  test('name everything that is wrong, and nothing that is right', () => {
    assert.deepEqual(faultsOf({}), [])
    assert.deepEqual(faultsOf({ SELLER_GSTIN: '27AAPFU0939F1ZV', SELLER_STATE: 'maharashtra', ...address }), [])
    assert.match(faultsOf({ SELLER_GSTIN: '27AAPFU0939F1ZW', ...address }).join(), /SELLER_GSTIN is none/)
    assert.match(faultsOf({ SELLER_GSTIN: '27', ...address }).join(), /SELLER_GSTIN must be a GSTIN/)
    assert.match(faultsOf({ SELLER_GSTIN: '27AAPFU0939F1ZV' }).join(), /SELLER_ADDRESS must be set/)
    assert.match(faultsOf({ SELLER_STATE: 'Bavaria' }).join(), /SELLER_STATE must be the name/)
    const elsewhere = { SELLER_GSTIN: '27AAPFU0939F1ZV', SELLER_STATE: 'Karnataka', ...address }
    assert.match(faultsOf(elsewhere).join(), /SELLER_STATE must be the state/)
    assert.match(faultsOf({ SELLER_FSSAI: '123' }).join(), /SELLER_FSSAI must be a number of 14 digits/)
  })

  test('say the state that a GSTIN begins with where none is named', () => {
    const sellerBy = (env: Record<string, string>) => sellerOf(readSection(invoicesSettings, env, context, []))
    assert.deepEqual(sellerBy({ SELLER_GSTIN: '27AAPFU0939F1ZV', ...address }).state, {
      code: '27',
      name: 'Maharashtra',
    })
    assert.deepEqual(sellerBy({ SELLER_STATE: 'Tamil Nadu' }).state, { code: '33', name: 'Tamil Nadu' })
    assert.equal(sellerBy({}).state, null)
  })
})
