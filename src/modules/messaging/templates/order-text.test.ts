import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { oneSegment, outsideGsm7, septets } from './gsm7.ts'
import { createOrderText, unregisteredTexts } from './order-text.ts'
import { orderTextFaults } from './order-text-faults.ts'
import {
  envNameOf,
  type Locale,
  type OrderTextName,
  type OrderTextSettings,
  orderTextNames,
  type TextSettings,
} from './text-settings.ts'

const plain: TextSettings = { locale: 'en', brand: 'Blinkit' }
const asTheyAre: OrderTextSettings = { texts: {}, dltTemplateIds: {} }
const values = { order: '4C8Q02MX', amount: '249.50' }

// Approved word for word at DLT: whoever changes one has to register it anew.
const golden: [OrderTextName, Locale, text: string, values: string[]][] = [
  [
    'orderPlaced',
    'en',
    'Your Blinkit order 4C8Q02MX for Rs 249.50 is placed. You can follow it in the app.',
    ['4C8Q02MX', '249.50'],
  ],
  [
    'orderPlaced',
    'hi',
    'Aapka Blinkit order 4C8Q02MX, Rs 249.50 ka, mil gaya hai. Aap ise app mein dekh sakte hain.',
    ['4C8Q02MX', '249.50'],
  ],
  ['orderOutForDelivery', 'en', 'Your Blinkit order 4C8Q02MX is on its way to you.', ['4C8Q02MX']],
  ['orderOutForDelivery', 'hi', 'Aapka Blinkit order 4C8Q02MX aapke paas aane ke liye nikal gaya hai.', ['4C8Q02MX']],
  ['orderDelivered', 'en', 'Your Blinkit order 4C8Q02MX was delivered. Thank you for shopping with us.', ['4C8Q02MX']],
  [
    'orderDelivered',
    'hi',
    'Aapka Blinkit order 4C8Q02MX pahuncha diya gaya hai. Khareedari ke liye dhanyavaad.',
    ['4C8Q02MX'],
  ],
  [
    'orderRefunded',
    'en',
    'Your Blinkit order 4C8Q02MX: a refund of Rs 249.50 is on its way. Your bank may take some days.',
    ['4C8Q02MX', '249.50'],
  ],
  [
    'orderRefunded',
    'hi',
    'Aapka Blinkit order 4C8Q02MX: Rs 249.50 wapas bheje gaye hain. Bank mein kuch din lag sakte hain.',
    ['4C8Q02MX', '249.50'],
  ],
  [
    'orderRefundedByHand',
    'en',
    'Your Blinkit order 4C8Q02MX: Rs 249.50 was given back to you.',
    ['4C8Q02MX', '249.50'],
  ],
  [
    'orderRefundedByHand',
    'hi',
    'Aapka Blinkit order 4C8Q02MX: Rs 249.50 aapko wapas de diye gaye hain.',
    ['4C8Q02MX', '249.50'],
  ],
]

describe('the text of an SMS about an order', () => {
  for (const [name, locale, text, filledIn] of golden)
    it(`is as approved: ${name} in ${locale}`, () => {
      const rendered = createOrderText(plain, asTheyAre)(name, locale, values)
      assert.deepEqual([rendered?.text, rendered?.values], [text, filledIn])
      assert.deepEqual(outsideGsm7(text), [])
      assert.ok(septets(text) <= oneSegment)
    })

  it('is there for each kind in each language', () => {
    assert.deepEqual([...new Set(golden.map(([name]) => name))], orderTextNames)
    assert.equal(golden.length, 2 * orderTextNames.length)
  })

  it('takes the wording from the settings, and fills in values that look like patterns as they are', () => {
    const order = { ...asTheyAre, texts: { orderPlaced_en: '{amount} {order} {brand} {order}' } }
    const rendered = createOrderText({ ...plain, brand: '$&' }, order)('orderPlaced', 'en', {
      order: '{amount}',
      amount: '$1',
    })
    assert.deepEqual([rendered?.text, rendered?.values], ['$1 {amount} $& {amount}', ['$1', '{amount}', '{amount}']])
  })

  it('carries its DLT id, and comes in the other language where only that is registered', () => {
    const order = { ...asTheyAre, dltTemplateIds: { orderPlaced_hi: '1107' } }
    const rendered = createOrderText(plain, order)('orderPlaced', 'en', values)
    assert.deepEqual(rendered?.template, { variant: 'orderPlaced_hi', dltTemplateId: '1107' })
  })

  it('is none where others are registered and it is not, because operators would drop it', () => {
    const registered = { ...plain, dltTemplateIdEn: '1101' }
    assert.equal(createOrderText(registered, asTheyAre)('orderPlaced', 'en', values), undefined)
    assert.deepEqual(unregisteredTexts(registered, asTheyAre), orderTextNames)
    const order = { ...asTheyAre, dltTemplateIds: { orderPlaced_en: '1107' } }
    assert.deepEqual(unregisteredTexts(plain, order), orderTextNames.slice(1))
    assert.deepEqual(unregisteredTexts(plain, asTheyAre), [])
  })

  it('has settings that are named after it', () => {
    assert.equal(envNameOf('orderOutForDelivery_hi'), 'ORDER_OUT_FOR_DELIVERY_HI')
  })
})

describe('the check of the texts about orders', () => {
  const faults = (texts: OrderTextSettings['texts'], settings = plain) =>
    orderTextFaults(settings, { ...asTheyAre, texts })

  it('finds no fault in the defaults', () => {
    assert.deepEqual(faults({}), [])
    assert.deepEqual(faults({}, { ...plain, brand: 'x'.repeat(40) }), [])
  })

  const cases: [why: string, texts: OrderTextSettings['texts'], sentence: RegExp][] = [
    ['lacks a value', { orderPlaced_en: 'Order {order}' }, /^SMS_TEXT_ORDER_PLACED_EN lacks \{amount\}/],
    ['has an unknown variable', { orderDelivered_hi: '{order} {code}' }, /^SMS_TEXT_ORDER_DELIVERED_HI uses \{code\}/],
    ['has a stray brace', { orderDelivered_en: '{order} {' }, /^SMS_TEXT_ORDER_DELIVERED_EN has a brace/],
    ['needs UCS-2', { orderDelivered_en: '{order} ₹' }, /has "₹".*GSM-7/],
    ['is longer than one SMS', { orderDelivered_en: `{order}${'x'.repeat(153)}` }, /makes up to 161 characters/],
    [
      'names its values in another order than the other language',
      { orderRefunded_hi: 'Rs {amount}: {order}' },
      /^SMS_TEXT_ORDER_REFUNDED_HI must name its values in the order of SMS_TEXT_ORDER_REFUNDED_EN/,
    ],
  ]
  for (const [why, texts, sentence] of cases)
    it(`refuses a text that ${why}`, () => {
      assert.deepEqual(faults(texts).length, 1)
      assert.match(faults(texts).join(), sentence)
    })
})
