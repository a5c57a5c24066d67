import { showRupees } from '../../../platform/money.ts'
import type { Locale } from './text-settings.ts'

/** What each kind of mail says, as whoever sends it knows it. Times are milliseconds since 1970. */
export interface EmailValues {
  /** For sign-in, and for any change that needs a fresh code. */
  signInCode: { code: string }
  newSignIn: { name?: string; at: number; device?: string }
  /** For the address that was replaced, and for the new one. `maskedEmail` is the new one as a stranger may read it. */
  emailChanged: { name?: string; at: number; maskedEmail: string }
  accountDeleted: { name?: string; at: number }
  /** `order` is its number as customers know it. */
  orderPlaced: { name?: string; order: string; itemCount: number; amountPaise: number }
  orderOutForDelivery: { name?: string; order: string; at: number }
  orderDelivered: { name?: string; order: string; at: number }
  orderRefunded: { name?: string; order: string; amountPaise: number }
  /** By a person, in cash or in another way than it came: it is there already. */
  orderRefundedByHand: { name?: string; order: string; amountPaise: number }
}

export type EmailTemplate = keyof EmailValues

/** What every mail may name: the shop, and the life of a code in whole minutes. */
export interface ShopValues {
  brand: string
  minutes: number
}

/** A mail before it is laid out: plain text throughout. */
export interface Letter {
  subject: string
  body: readonly (string | { code: string })[]
}

type Texts = { [T in EmailTemplate]: (values: EmailValues[T] & ShopValues) => Letter }

const timeZone = 'Asia/Kolkata'
const dateIn = (language: string, at: number): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone }).format(at)
const timeOf = (at: number): string =>
  new Intl.DateTimeFormat('en-IN', { timeStyle: 'short', hourCycle: 'h23', timeZone }).format(at)

/** A moment as the shop's customers read it, with what belongs around it in a sentence. */
const englishMoment = (at: number): string => `on ${dateIn('en-IN', at)} at ${timeOf(at)} IST`
const hindiMoment = (at: number): string => `${dateIn('hi-IN', at)} को ${timeOf(at)} बजे (भारतीय समय)`

const hello = (name?: string): string => (name ? `Hello ${name},` : 'Hello,')
const namaste = (name?: string): string => (name ? `नमस्ते ${name},` : 'नमस्ते,')

const english: Texts = {
  signInCode: ({ brand, code, minutes }) => ({
    subject: `Your ${brand} verification code`,
    body: [
      `Enter this code to continue with ${brand}:`,
      { code },
      `It is valid for ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}. Do not share it with anyone: nobody at ${brand} will ask you for it.`,
      'If you did not ask for a code, you can ignore this mail.',
    ],
  }),
  newSignIn: ({ brand, name, at, device }) => ({
    subject: `New sign-in to your ${brand} account`,
    body: [
      hello(name),
      `your ${brand} account was signed in to ${englishMoment(at)}${device ? `, with ${device}` : ''}.`,
      'If this was you, there is nothing to do. If it was not, open your devices in the app, sign that device out and tell us.',
    ],
  }),
  emailChanged: ({ brand, name, at, maskedEmail }) => ({
    subject: `The e-mail address of your ${brand} account was changed`,
    body: [
      hello(name),
      `the e-mail address of your ${brand} account was changed to ${maskedEmail} ${englishMoment(at)}.`,
      'If this was not you, tell us at once.',
    ],
  }),
  accountDeleted: ({ brand, name, at }) => ({
    subject: `Your ${brand} account was deleted`,
    body: [
      hello(name),
      `your ${brand} account and your personal data were deleted ${englishMoment(at)}, as you asked.`,
      'Records of orders that the law has us keep stay, without your name and addresses.',
      'If this was not you, tell us at once.',
    ],
  }),
  orderPlaced: ({ brand, name, order, itemCount, amountPaise }) => ({
    subject: `Your ${brand} order ${order} is placed`,
    body: [
      hello(name),
      `thank you for your order ${order}: ${itemCount} ${itemCount === 1 ? 'item' : 'items'} for ${showRupees(amountPaise)}.`,
      'You can follow it in the app.',
    ],
  }),
  orderOutForDelivery: ({ brand, name, order, at }) => ({
    subject: `Your ${brand} order ${order} is on its way`,
    body: [
      hello(name),
      `your order ${order} left the store ${englishMoment(at)}.`,
      'If the rider asks for a code, you find it in the app.',
    ],
  }),
  orderDelivered: ({ brand, name, order, at }) => ({
    subject: `Your ${brand} order ${order} was delivered`,
    body: [
      hello(name),
      `your order ${order} was delivered ${englishMoment(at)}.`,
      'If something is missing or not as it should be, tell us in the app.',
    ],
  }),
  orderRefunded: ({ brand, name, order, amountPaise }) => ({
    subject: `A refund for your ${brand} order ${order}`,
    body: [
      hello(name),
      `${showRupees(amountPaise)} of your order ${order} go back the way you paid.`,
      'It may take some days until your bank shows it.',
    ],
  }),
  orderRefundedByHand: ({ brand, name, order, amountPaise }) => ({
    subject: `Money back for your ${brand} order ${order}`,
    body: [
      hello(name),
      `${showRupees(amountPaise)} of your order ${order} was given back to you.`,
      'If you have not got it, tell us in the app.',
    ],
  }),
}

const hindi: Texts = {
  signInCode: ({ brand, code, minutes }) => ({
    subject: `आपका ${brand} सत्यापन कोड`,
    body: [
      `${brand} में आगे बढ़ने के लिए यह कोड डालें:`,
      { code },
      `यह ${minutes} मिनट तक मान्य है। इसे किसी के साथ साझा न करें: ${brand} का कोई कर्मचारी आपसे यह कोड नहीं माँगेगा।`,
      'अगर आपने कोड नहीं माँगा था, तो इस ई-मेल पर ध्यान न दें।',
    ],
  }),
  newSignIn: ({ brand, name, at, device }) => ({
    subject: `आपके ${brand} खाते में नया साइन-इन`,
    body: [
      namaste(name),
      `आपके ${brand} खाते में ${hindiMoment(at)} साइन-इन किया गया${device ? `। डिवाइस: ${device}` : ''}।`,
      'अगर यह आपने किया था, तो कुछ करने की ज़रूरत नहीं है। अगर नहीं, तो ऐप में अपने डिवाइस खोलें, उस डिवाइस को साइन आउट करें और हमें बताएँ।',
    ],
  }),
  emailChanged: ({ brand, name, at, maskedEmail }) => ({
    subject: `आपके ${brand} खाते का ई-मेल पता बदला गया`,
    body: [
      namaste(name),
      `आपके ${brand} खाते का ई-मेल पता ${hindiMoment(at)} बदलकर ${maskedEmail} कर दिया गया।`,
      'अगर यह आपने नहीं किया था, तो हमें तुरंत बताएँ।',
    ],
  }),
  accountDeleted: ({ brand, name, at }) => ({
    subject: `आपका ${brand} खाता हटा दिया गया`,
    body: [
      namaste(name),
      `आपके कहने पर आपका ${brand} खाता और आपकी निजी जानकारी ${hindiMoment(at)} हटा दी गई।`,
      'ऑर्डर के जो रिकॉर्ड क़ानूनन रखने ज़रूरी हैं, वे आपके नाम और पतों के बिना रखे जाते हैं।',
      'अगर यह आपने नहीं किया था, तो हमें तुरंत बताएँ।',
    ],
  }),
  orderPlaced: ({ brand, name, order, itemCount, amountPaise }) => ({
    subject: `आपका ${brand} ऑर्डर ${order} मिल गया`,
    body: [
      namaste(name),
      `आपके ऑर्डर ${order} के लिए धन्यवाद: ${itemCount} आइटम, कुल ${showRupees(amountPaise)}।`,
      'आप इसे ऐप में देख सकते हैं।',
    ],
  }),
  orderOutForDelivery: ({ brand, name, order, at }) => ({
    subject: `आपका ${brand} ऑर्डर ${order} रास्ते में है`,
    body: [
      namaste(name),
      `आपका ऑर्डर ${order} ${hindiMoment(at)} स्टोर से निकल गया।`,
      'अगर डिलीवरी के समय कोड माँगा जाए, तो वह आपको ऐप में मिलेगा।',
    ],
  }),
  orderDelivered: ({ brand, name, order, at }) => ({
    subject: `आपका ${brand} ऑर्डर ${order} पहुँचा दिया गया`,
    body: [
      namaste(name),
      `आपका ऑर्डर ${order} ${hindiMoment(at)} पहुँचा दिया गया।`,
      'अगर कुछ कम हो या ठीक न हो, तो हमें ऐप में बताएँ।',
    ],
  }),
  orderRefunded: ({ brand, name, order, amountPaise }) => ({
    subject: `आपके ${brand} ऑर्डर ${order} का रिफ़ंड`,
    body: [
      namaste(name),
      `आपके ऑर्डर ${order} के ${showRupees(amountPaise)} उसी माध्यम से लौटाए जा रहे हैं जिससे आपने भुगतान किया था।`,
      'आपके बैंक में यह दिखने में कुछ दिन लग सकते हैं।',
    ],
  }),
  orderRefundedByHand: ({ brand, name, order, amountPaise }) => ({
    subject: `आपके ${brand} ऑर्डर ${order} के पैसे लौटा दिए गए`,
    body: [
      namaste(name),
      `आपके ऑर्डर ${order} के ${showRupees(amountPaise)} आपको लौटा दिए गए हैं।`,
      'अगर ये आपको नहीं मिले हैं, तो हमें ऐप में बताएँ।',
    ],
  }),
}

/** The wording of every mail. */
export const emailTexts: Record<Locale, Texts> = { en: english, hi: hindi }
