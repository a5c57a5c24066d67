import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readSection } from '../../platform/config/read-section.ts'
import { paymentsSettings } from './payments-settings.ts'
import { paymentProviders } from './providers/index.ts'

function faultsOf(env: Record<string, string>, development = false): string[] {
  const faults: string[] = []
  for (const section of [paymentsSettings, ...paymentProviders.map(({ settings }) => settings)])
    readSection(section, env, { development, now: 0 }, faults)
  return faults
}

describe('settings of payments', () => {
  it('need not be set', () => {
    assert.deepEqual(faultsOf({}), [])
  })

  it('name ways to pay that there are, each once, and pretended ones in development only', () => {
    assert.deepEqual(faultsOf({ PAYMENT_PROVIDERS: 'paypal' }), [
      'PAYMENT_PROVIDERS names "paypal"; known are razorpay, stripe, test, cash.',
    ])
    assert.deepEqual(faultsOf({ PAYMENT_PROVIDERS: 'cash,cash' }), ['PAYMENT_PROVIDERS names a vendor twice.'])
    assert.deepEqual(faultsOf({ PAYMENT_PROVIDERS: 'test' }), [
      'PAYMENT_PROVIDERS names test, which moves no money and is for development only.',
    ])
    assert.deepEqual(faultsOf({ PAYMENT_PROVIDERS: 'test' }, true), [])
  })

  it('name what is wrong and never what was set', () => {
    const faults = faultsOf({
      RAZORPAY_KEY_ID: 'secret-by-mistake',
      RAZORPAY_WEBHOOK_SECRET: 'short',
      RAZORPAY_BASE_URL: 'http://api.razorpay.com',
      STRIPE_PUBLISHABLE_KEY: 'sk_live_by_mistake',
      STRIPE_BASE_URL: 'https://x/y',
      CASH_MOST_PAISE: '-1',
    })
    const names = faults.map((fault) => fault.split(' ')[0])
    assert.deepEqual(names.sort(), [
      'CASH_MOST_PAISE',
      'RAZORPAY_BASE_URL',
      'RAZORPAY_KEY_ID',
      'RAZORPAY_WEBHOOK_SECRET',
      'STRIPE_BASE_URL',
      'STRIPE_PUBLISHABLE_KEY',
    ])
    assert.ok(!faults.join().includes('mistake'))
  })
})
