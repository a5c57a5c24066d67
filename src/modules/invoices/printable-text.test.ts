import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { chooseFormat } from './choose-format.ts'
import { drawsWindows1252, printableText } from './printable-text.ts'
import { transliterate } from './transliterate.ts'

const print = (text: string) => printableText(drawsWindows1252, text)

describe('text for a font that has not every letter', () => {
  test('has Hindi in Latin letters, as it is read', () => {
    for (const [hindi, latin] of [
      ['अमूल दूध', 'Amul Dudh'],
      ['आटा', 'Ata'],
      ['हल्दी पाउडर', 'Haldi Paudar'],
      ['बासमती चावल', 'Basamati Chaval'],
      ['गुड़', 'Gur'],
      ['प्याज़ ५ किलो', 'Pyaz 5 Kilo'],
      ['घी', 'Ghi'],
      ['न', 'Na'],
      ['Amul दूध 500 ml', 'Amul Dudh 500 ml'],
    ] as const)
      assert.equal(transliterate(hindi), latin)
  })

  test('keeps what the font has, and leaves out what nothing stands for', () => {
    assert.equal(print('Crème brûlée – 2 × 90 g'), 'Crème brûlée – 2 × 90 g')
    assert.equal(print('₹1,23,456.78'), 'Rs 1,23,456.78')
    assert.equal(print('Śrī Lānkā chai 🍵'), 'Sri Lanka chai')
    assert.equal(print('பால்'), '')
    assert.equal(print('பால் Milk'), 'Milk')
  })

  test('never has anything that the font cannot draw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        for (const character of print(text)) assert.ok(drawsWindows1252(character.codePointAt(0) ?? 0))
      }),
    )
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0x900, max: 0x97f }), { maxLength: 20 }), (codePoints) => {
        for (const character of print(String.fromCodePoint(...codePoints)))
          assert.ok(drawsWindows1252(character.codePointAt(0) ?? 0))
      }),
    )
  })
})

describe('the format of a document', () => {
  test('is what the address says, else what is liked most, else JSON', () => {
    const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
    for (const [asked, accept, format] of [
      [undefined, undefined, 'json'],
      [undefined, '', 'json'],
      [undefined, '*/*', 'json'],
      [undefined, 'application/json', 'json'],
      [undefined, browser, 'html'],
      [undefined, 'application/pdf', 'pdf'],
      [undefined, 'text/html;q=0.4, application/pdf;q=0.5', 'pdf'],
      [undefined, 'text/html;q=0', 'json'],
      [undefined, 'image/png', 'json'],
      [undefined, ';;,,q=', 'json'],
      ['pdf', browser, 'pdf'],
      ['json', browser, 'json'],
    ] as const)
      assert.equal(chooseFormat(asked, accept), format, `${asked} ${accept}`)
  })
})
