import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type EmailTemplate, type EmailValues, emailTexts, type ShopValues } from './email-texts.ts'
import { renderEmail } from './render-email.ts'
import type { Locale } from './text-settings.ts'

const at = Date.UTC(2026, 0, 15, 12, 0)
const shop: ShopValues = { brand: 'Blinkit', minutes: 5 }
/** Values of every kind of mail at once: each takes what it knows. */
type All = EmailValues[EmailTemplate] & ShopValues
const order = { order: '4C8Q02MX', itemCount: 3, amountPaise: 129_950 }
const all = {
  ...shop,
  ...order,
  code: '012345',
  name: 'Asha',
  device: 'Chrome on Android',
  at,
  maskedEmail: 'n•••@example.com',
}

const golden: [EmailTemplate, Locale, subject: string, text: string[]][] = [
  [
    'signInCode',
    'en',
    'Your Blinkit verification code',
    [
      'Enter this code to continue with Blinkit:',
      '012345',
      'It is valid for 5 minutes. Do not share it with anyone: nobody at Blinkit will ask you for it.',
      'If you did not ask for a code, you can ignore this mail.',
    ],
  ],
  [
    'signInCode',
    'hi',
    'आपका Blinkit सत्यापन कोड',
    [
      'Blinkit में आगे बढ़ने के लिए यह कोड डालें:',
      '012345',
      'यह 5 मिनट तक मान्य है। इसे किसी के साथ साझा न करें: Blinkit का कोई कर्मचारी आपसे यह कोड नहीं माँगेगा।',
      'अगर आपने कोड नहीं माँगा था, तो इस ई-मेल पर ध्यान न दें।',
    ],
  ],
  [
    'newSignIn',
    'en',
    'New sign-in to your Blinkit account',
    [
      'Hello Asha,',
      'your Blinkit account was signed in to on 15 January 2026 at 17:30 IST, with Chrome on Android.',
      'If this was you, there is nothing to do. If it was not, open your devices in the app, sign that device out and tell us.',
    ],
  ],
  [
    'newSignIn',
    'hi',
    'आपके Blinkit खाते में नया साइन-इन',
    [
      'नमस्ते Asha,',
      'आपके Blinkit खाते में 15 जनवरी 2026 को 17:30 बजे (भारतीय समय) साइन-इन किया गया। डिवाइस: Chrome on Android।',
      'अगर यह आपने किया था, तो कुछ करने की ज़रूरत नहीं है। अगर नहीं, तो ऐप में अपने डिवाइस खोलें, उस डिवाइस को साइन आउट करें और हमें बताएँ।',
    ],
  ],
  [
    'emailChanged',
    'en',
    'The e-mail address of your Blinkit account was changed',
    [
      'Hello Asha,',
      'the e-mail address of your Blinkit account was changed to n•••@example.com on 15 January 2026 at 17:30 IST.',
      'If this was not you, tell us at once.',
    ],
  ],
  [
    'emailChanged',
    'hi',
    'आपके Blinkit खाते का ई-मेल पता बदला गया',
    [
      'नमस्ते Asha,',
      'आपके Blinkit खाते का ई-मेल पता 15 जनवरी 2026 को 17:30 बजे (भारतीय समय) बदलकर n•••@example.com कर दिया गया।',
      'अगर यह आपने नहीं किया था, तो हमें तुरंत बताएँ।',
    ],
  ],
  [
    'accountDeleted',
    'en',
    'Your Blinkit account was deleted',
    [
      'Hello Asha,',
      'your Blinkit account and your personal data were deleted on 15 January 2026 at 17:30 IST, as you asked.',
      'Records of orders that the law has us keep stay, without your name and addresses.',
      'If this was not you, tell us at once.',
    ],
  ],
  [
    'accountDeleted',
    'hi',
    'आपका Blinkit खाता हटा दिया गया',
    [
      'नमस्ते Asha,',
      'आपके कहने पर आपका Blinkit खाता और आपकी निजी जानकारी 15 जनवरी 2026 को 17:30 बजे (भारतीय समय) हटा दी गई।',
      'ऑर्डर के जो रिकॉर्ड क़ानूनन रखने ज़रूरी हैं, वे आपके नाम और पतों के बिना रखे जाते हैं।',
      'अगर यह आपने नहीं किया था, तो हमें तुरंत बताएँ।',
    ],
  ],
  [
    'orderPlaced',
    'en',
    'Your Blinkit order 4C8Q02MX is placed',
    ['Hello Asha,', 'thank you for your order 4C8Q02MX: 3 items for ₹1,299.50.', 'You can follow it in the app.'],
  ],
  [
    'orderPlaced',
    'hi',
    'आपका Blinkit ऑर्डर 4C8Q02MX मिल गया',
    ['नमस्ते Asha,', 'आपके ऑर्डर 4C8Q02MX के लिए धन्यवाद: 3 आइटम, कुल ₹1,299.50।', 'आप इसे ऐप में देख सकते हैं।'],
  ],
  [
    'orderOutForDelivery',
    'en',
    'Your Blinkit order 4C8Q02MX is on its way',
    [
      'Hello Asha,',
      'your order 4C8Q02MX left the store on 15 January 2026 at 17:30 IST.',
      'If the rider asks for a code, you find it in the app.',
    ],
  ],
  [
    'orderOutForDelivery',
    'hi',
    'आपका Blinkit ऑर्डर 4C8Q02MX रास्ते में है',
    [
      'नमस्ते Asha,',
      'आपका ऑर्डर 4C8Q02MX 15 जनवरी 2026 को 17:30 बजे (भारतीय समय) स्टोर से निकल गया।',
      'अगर डिलीवरी के समय कोड माँगा जाए, तो वह आपको ऐप में मिलेगा।',
    ],
  ],
  [
    'orderDelivered',
    'en',
    'Your Blinkit order 4C8Q02MX was delivered',
    [
      'Hello Asha,',
      'your order 4C8Q02MX was delivered on 15 January 2026 at 17:30 IST.',
      'If something is missing or not as it should be, tell us in the app.',
    ],
  ],
  [
    'orderDelivered',
    'hi',
    'आपका Blinkit ऑर्डर 4C8Q02MX पहुँचा दिया गया',
    [
      'नमस्ते Asha,',
      'आपका ऑर्डर 4C8Q02MX 15 जनवरी 2026 को 17:30 बजे (भारतीय समय) पहुँचा दिया गया।',
      'अगर कुछ कम हो या ठीक न हो, तो हमें ऐप में बताएँ।',
    ],
  ],
  [
    'orderRefunded',
    'en',
    'A refund for your Blinkit order 4C8Q02MX',
    [
      'Hello Asha,',
      '₹1,299.50 of your order 4C8Q02MX go back the way you paid.',
      'It may take some days until your bank shows it.',
    ],
  ],
  [
    'orderRefunded',
    'hi',
    'आपके Blinkit ऑर्डर 4C8Q02MX का रिफ़ंड',
    [
      'नमस्ते Asha,',
      'आपके ऑर्डर 4C8Q02MX के ₹1,299.50 उसी माध्यम से लौटाए जा रहे हैं जिससे आपने भुगतान किया था।',
      'आपके बैंक में यह दिखने में कुछ दिन लग सकते हैं।',
    ],
  ],
  [
    'orderRefundedByHand',
    'en',
    'Money back for your Blinkit order 4C8Q02MX',
    [
      'Hello Asha,',
      '₹1,299.50 of your order 4C8Q02MX was given back to you.',
      'If you have not got it, tell us in the app.',
    ],
  ],
  [
    'orderRefundedByHand',
    'hi',
    'आपके Blinkit ऑर्डर 4C8Q02MX के पैसे लौटा दिए गए',
    ['नमस्ते Asha,', 'आपके ऑर्डर 4C8Q02MX के ₹1,299.50 आपको लौटा दिए गए हैं।', 'अगर ये आपको नहीं मिले हैं, तो हमें ऐप में बताएँ।'],
  ],
]

const kinds = Object.keys(emailTexts.en) as EmailTemplate[]
const locales: Locale[] = ['en', 'hi']
const each = kinds.flatMap((template) => locales.map((locale) => [template, locale] as const))
const render = (template: EmailTemplate, locale: Locale, changes: object = {}) =>
  renderEmail(template, locale, { ...all, ...changes } as All)

/** The text of a page as a reader sees it. */
const seen = (html: string): string =>
  html
    .replace(/^.*<body[^>]*>/s, '')
    .replace(/<[^>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"' })[name] ?? "'")

const tags = (html: string): string[] => html.match(/<[^>]*>/g) ?? []

describe('a rendered mail', () => {
  for (const [template, locale, subject, lines] of golden) {
    it(`says what it should: ${template} in ${locale}`, () => {
      const rendered = render(template, locale)
      assert.equal(rendered.subject, subject)
      assert.deepEqual(rendered.text.trim().split('\n\n'), lines)
    })
  }

  for (const [template, locale] of each) {
    it(`says the same in text and HTML, in its own language: ${template} in ${locale}`, () => {
      const { subject, text, html } = render(template, locale)
      assert.deepEqual(seen(html).trim().split('\n'), text.trim().split('\n\n'))
      assert.ok(html.includes(`<html lang="${locale}">`))
      assert.equal(/[\u0900-\u097f]/.test(subject + text), locale === 'hi')
      assert.ok(subject.includes('Blinkit'))
      assert.ok(Buffer.byteLength(html) < 10_000)
    })

    it(`needs nothing from elsewhere and suits dark screens: ${template} in ${locale}`, () => {
      const { html, text } = render(template, locale)
      assert.doesNotMatch(html + text, /https?:|src=|href=|url\(|<(?:img|a|script|link|form)\b/i)
      assert.match(html, /<meta name="color-scheme" content="light dark">/)
      assert.match(html, /prefers-color-scheme: dark/)
    })
  }

  it('shows the code once, large, whole to one touch, and never in the subject', () => {
    for (const locale of locales) {
      const { subject, text, html } = render('signInCode', locale)
      assert.match(html, /<p class="code" style="[^"]*font:700 32px[^"]*user-select:all[^"]*">012345<\/p>/)
      assert.equal(html.split('012345').length, 2)
      assert.match(text, /^012345$/m)
      assert.ok(!subject.includes('012345'))
      assert.doesNotMatch(text, /^@.* #/m) // the line for browsers is for SMS
    }
  })

  it('does without a name or a device', () => {
    for (const locale of locales) {
      const { text } = render('newSignIn', locale, { name: undefined, device: undefined })
      assert.match(text, locale === 'en' ? /^Hello,\n\nyour .* IST\.\n/ : /^नमस्ते,\n\n.* किया गया।\n/)
    }
  })

  it('says one minute and one item as one says it', () => {
    assert.match(render('signInCode', 'en', { minutes: 1 }).text, /valid for 1 minute\./)
    assert.match(render('orderPlaced', 'en', { itemCount: 1, amountPaise: 2500 }).text, /: 1 item for ₹25\./)
  })

  it('lets no value write HTML, break its line or the subject, whatever the values are', () => {
    const nasty = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'<>&"\'/=\r\n\t\0\u2028\u202e;script!-', '\ud800'), maxLength: 60 }),
      fc.constantFrom(
        '<script>alert(1)</script>',
        '"><img src=x>',
        '&lt;b&gt;',
        'a\r\nBcc: b@example.com',
        '$&',
        '{code}',
      ),
    )
    const values = fc.record({ brand: nasty, code: nasty, name: nasty, device: nasty, maskedEmail: nasty })
    fc.assert(
      fc.property(fc.constantFrom(...each), values, ([template, locale], changes) => {
        const { subject, text, html } = render(template, locale, changes)
        assert.deepEqual(tags(html), tags(render(template, locale).html))
        assert.doesNotMatch(html, /&(?!(?:amp|lt|gt|quot|#39);)/)
        for (const line of [subject, ...text.trimEnd().split('\n\n')])
          assert.doesNotMatch(line, /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u)
        assert.ok((subject + text + html).isWellFormed())
      }),
      { numRuns: 500 },
    )
  })

  it('cuts a value that is too long, between characters', () => {
    const { text } = render('newSignIn', 'en', { name: '🛒'.repeat(5000) })
    assert.match(text, /^Hello (?:🛒){100},/u)
  })
})
