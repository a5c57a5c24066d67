import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { linesPattern, plainPattern, plainWithoutBarPattern } from './plain-text.ts'

const plain = new RegExp(plainPattern, 'u')
const lines = new RegExp(linesPattern, 'u')
const withoutBar = new RegExp(plainWithoutBarPattern, 'u')
const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, at) => first + at)

describe('texts for people', () => {
  test('hold nothing that controls, hides or turns the writing round', () => {
    const codes = [...range(0, 0x1f), ...range(0x7f, 0x9f), 0x20_0b, 0x20_60, 0xfe_ff, 0x20_28, 0x20_29]
    const unseen = [...range(0x20_61, 0x20_64), ...range(0xff_f9, 0xff_fb), 0x11_5f, 0x31_64, 0xff_a0]
    const halves = [0xd8_00, 0xdb_ff, 0xdc_00, 0xdf_ff]
    for (const code of [...codes, ...unseen, ...halves, ...range(0x20_2a, 0x20_2e), ...range(0x20_66, 0x20_6f)]) {
      const text = `Asha${String.fromCodePoint(code)}Rao`
      for (const pattern of [plain, withoutBar]) assert.equal(pattern.test(text), false, code.toString(16))
      if (code !== 0x0a && code !== 0x20_28 && code !== 0x20_29)
        assert.equal(lines.test(text), false, code.toString(16))
    }
    assert.equal(lines.test('one\ntwo'), true)
    assert.deepEqual([plain.test('a|b'), withoutBar.test('a|b')], [true, false])
  })

  test('are in any script, with the joiners that Indic scripts need', () => {
    const words = [
      'रक्\u200dषा',
      'सद्\u200cभावना',
      'നന്\u200dമ',
      'തമിഴ്\u200cനാട്',
      'دودھ',
      '🛵',
      '👩\u200d🍳',
      'Zoë  O’Neill',
    ]
    for (const word of words)
      for (const pattern of [plain, lines, withoutBar]) assert.equal(pattern.test(word), true, word)
  })

  test('have something to be seen', () => {
    for (const empty of ['', ' ', '\u00a0', '\u3000', '\u200c', ' \u200d\u200c ', '\u0301', '\ufe0f', '\u{e0041}'])
      for (const pattern of [plain, lines, withoutBar]) assert.equal(pattern.test(empty), false, escape(empty))
    for (const empty of ['\n', ' \n ']) assert.equal(lines.test(empty), false)
  })
})
