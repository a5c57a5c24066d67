import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { templateFaults } from './template-faults.ts'
import type { TextSettings } from './text-settings.ts'

const sound: TextSettings = {
  locale: 'en',
  brand: 'Blinkit',
  webOtpHost: 'shop.example',
  androidAppHash: 'FA+9qCX9VSu',
}
const faults = (changes: Partial<TextSettings>, lifeSeconds = 300) =>
  templateFaults({ ...sound, ...changes }, lifeSeconds)

const cases: [why: string, changes: Partial<TextSettings>, sentence: RegExp][] = [
  ['lacks the code', { textEn: 'Welcome' }, /^SMS_TEXT_EN lacks \{code\}/],
  ['has an unknown variable', { textHi: '{code} {name}' }, /^SMS_TEXT_HI uses \{name\}/],
  ['has a variable with spaces in it', { textEn: '{code} { code }' }, /^SMS_TEXT_EN uses \{ code \}/],
  ['has a stray brace', { textEn: '{code} {' }, /^SMS_TEXT_EN has a brace/],
  ['states another life in minutes', { textEn: '{code} for 10 minutes' }, /^SMS_TEXT_EN says "10 min"/],
  ['states another life in seconds', { textEn: '{code} for 30 seconds' }, /^SMS_TEXT_EN says "30 sec"/],
  ['needs UCS-2', { textHi: '{code} आपका कोड' }, /^SMS_TEXT_HI has "आ".*GSM-7/],
  [
    'is longer than one SMS',
    { textEn: `{code}${'x'.repeat(135)}` },
    /^SMS_TEXT_EN with the line for WEB_OTP_HOST makes 163 characters/,
  ],
  ['is longer than one SMS by its double characters', { textEn: `{code}${'€'.repeat(67)}` }, /makes 162 characters/],
  ['is longer than Android reads', { textEn: `{code}${'x'.repeat(130)}` }, /ANDROID_APP_HASH makes 148 bytes/],
  ['has too long a brand', { brand: 'x'.repeat(41) }, /^SMS_BRAND may have 40/],
  ['has a brand with a rupee sign', { brand: '₹hop' }, /^SMS_BRAND has "₹"/],
  ['has a brand with a variable', { brand: '{code}' }, /^SMS_BRAND must be one line/],
  ['has a host with a scheme', { webOtpHost: 'https://shop.example' }, /^WEB_OTP_HOST/],
  ['has a host with a port', { webOtpHost: 'shop.example:443' }, /^WEB_OTP_HOST/],
  ['has a host with a path', { webOtpHost: 'shop.example/' }, /^WEB_OTP_HOST/],
  ['has a host in capitals', { webOtpHost: 'Shop.example' }, /^WEB_OTP_HOST/],
  ['has a short app hash', { androidAppHash: 'FA+9qCX9VS' }, /^ANDROID_APP_HASH/],
  ['has an app hash that is not Base64', { androidAppHash: 'FA-9qCX9VSu' }, /^ANDROID_APP_HASH/],
  [
    'has no DLT id for the default language',
    { dltTemplateIdHi: '11', dltTemplateIdHiAndroid: '12' },
    /^DLT_TEMPLATE_ID_EN is missing/,
  ],
  ['has no DLT id for Android', { dltTemplateIdEn: '11' }, /^DLT_TEMPLATE_ID_EN_ANDROID is missing/],
]

describe('the check of the texts', () => {
  it('finds no fault in the defaults, with and without the extra lines', () => {
    assert.deepEqual(faults({}), [])
    assert.deepEqual(templateFaults({ locale: 'hi', brand: 'Blinkit' }, 60), [])
  })

  for (const [why, changes, sentence] of cases) {
    it(`refuses a text that ${why}`, () => {
      const found = faults(changes)
      assert.ok(
        found.some((each) => sentence.test(each)),
        found.join('\n'),
      )
    })
  }

  it('refuses a life that the text cannot state', () => {
    assert.match(
      faults({}, 90).join('\n'),
      /SMS_TEXT_EN states whole minutes, so OTP_LIFE_SECONDS must be a multiple of 60/,
    )
    assert.deepEqual(faults({ textEn: '{code}, 90 seconds', textHi: '{code}' }, 90), [])
  })

  it('names every fault at once', () => {
    assert.equal(faults({ textEn: 'x', brand: '₹', webOtpHost: 'a b' }).length, 3)
  })

  it('lets a language go unregistered, since the default one is sent in its place', () => {
    assert.deepEqual(faults({ dltTemplateIdEn: '11', dltTemplateIdEnAndroid: '12' }), [])
  })
})
