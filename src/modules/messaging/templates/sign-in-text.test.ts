import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { oneSegment, outsideGsm7, septets } from './gsm7.ts'
import { createSignInText } from './sign-in-text.ts'
import type { ClientKind, Locale, TextSettings } from './text-settings.ts'

const plain: TextSettings = { locale: 'en', brand: 'Blinkit' }
const full: TextSettings = { ...plain, webOtpHost: 'shop.example', androidAppHash: 'FA+9qCX9VSu' }

// Approved word for word at DLT: whoever changes one has to register it anew.
const en = 'Your Blinkit verification code is: 123456. Valid for 5 minutes. Do not share this code with anyone.'
const hi = 'Blinkit par sign in karne ka code: 123456. Yeh 5 minute tak valid hai. Ise kisi ke saath share na karein.'
const webLine = '\n@shop.example #123456'
const hash = '\nFA+9qCX9VSu'

const golden: [TextSettings, Locale, ClientKind, string, number][] = [
  [plain, 'en', 'web', en, 1],
  [plain, 'en', 'android', en, 1],
  [plain, 'hi', 'ios', hi, 1],
  [full, 'en', 'web', en + webLine, 2],
  [full, 'en', 'ios', en + webLine, 2],
  [full, 'en', 'android', en + hash, 1],
  [full, 'hi', 'web', hi + webLine, 2],
  [full, 'hi', 'ios', hi + webLine, 2],
  [full, 'hi', 'android', hi + hash, 1],
]

describe('the text of a sign-in SMS', () => {
  for (const [settings, locale, client, text, codes] of golden) {
    it(`is as approved: ${locale} for ${client}${settings === full ? ' with its line' : ''}`, () => {
      const rendered = createSignInText(settings, 300)(locale, client, '123456')
      assert.equal(rendered.text, text)
      assert.deepEqual(rendered.values, Array(codes).fill('123456'))
      assert.deepEqual(outsideGsm7(text), [])
      assert.ok(septets(text) <= oneSegment)
      if (client === 'android') assert.ok(Buffer.byteLength(text) <= 140)
    })
  }

  it('states the nominal life of a code', () => {
    assert.match(createSignInText(plain, 600)('en', 'web', '123456').text, /Valid for 10 minutes/)
  })

  it('takes the wording from the settings', () => {
    const settings = { ...plain, brand: 'Shop', textEn: '{code} is your {brand} code. {code}, {minutes} min.' }
    const rendered = createSignInText(settings, 300)('en', 'web', '123456')
    assert.equal(rendered.text, '123456 is your Shop code. 123456, 5 min.')
    assert.deepEqual(rendered.values, ['123456', '123456'])
  })

  it('keeps a leading zero and a code that looks like a pattern of replacement', () => {
    assert.match(createSignInText(plain, 300)('en', 'web', '012345').text, /: 012345\./)
    assert.match(createSignInText(plain, 300)('en', 'web', '$&$1').text, /: \$&\$1\./)
  })

  it('carries the DLT id of the very text, and the default language where a text is not registered', () => {
    const settings = { ...full, dltTemplateIdEn: '1107', dltTemplateIdEnAndroid: '1108' }
    const render = createSignInText(settings, 300)
    assert.deepEqual(render('en', 'web', '123456').template, { variant: 'en', dltTemplateId: '1107' })
    assert.deepEqual(render('en', 'android', '123456').template, { variant: 'en_android', dltTemplateId: '1108' })
    assert.deepEqual(render('hi', 'web', '123456').template, { variant: 'en', dltTemplateId: '1107' })
    assert.equal(render('hi', 'android', '123456').text, en + hash)
    assert.deepEqual(createSignInText(full, 300)('hi', 'web', '123456').template, { variant: 'hi' })
  })
})

describe('GSM-7', () => {
  it('counts characters of the extension table twice', () => {
    assert.equal(septets('code'), 4)
    assert.equal(septets('[€]'), 6)
    assert.equal(septets('@£#\n'), 4)
  })

  it('lacks the rupee sign, smart quotes, long dashes, Indian scripts and emoji', () => {
    assert.deepEqual(outsideGsm7('Rs 5 ₹ “x” – क 🛒'), ['₹', '“', '”', '–', 'क', '🛒'])
  })
})
