import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parseEmailAddress } from './email-address.ts'

const local = fc.string({
  unit: fc.constantFrom(..."abcXYZ019.!#$%&'*+/=?^_`{|}~-"),
  minLength: 1,
  maxLength: 64,
})
const domain = fc.constantFrom('example.com', 'Mail.Example.CO.IN', 'a-b.example', 'xn--e1afmkfd.xn--p1ai')

const refused: [what: string, text: string][] = [
  ['nothing', ''],
  ['no @', 'example.com'],
  ['two @', 'a@b@example.com'],
  ['nothing before the @', '@example.com'],
  ['nothing after it', 'a@'],
  ['a host without a dot', 'a@b'],
  ['this machine', 'root@localhost'],
  ['an IP address', 'a@127.0.0.1'],
  ['an IP address in other notations', 'a@0x7f.1'],
  ['an IP literal', 'a@[127.0.0.1]'],
  ['a list', 'a@example.com,b@example.com'],
  ['a list with a semicolon', 'a@example.com;b@example.com'],
  ['two addresses with a blank', 'a@example.com b@example.com'],
  ['a line break after it', 'a@example.com\n'],
  ['a header after it', 'a@example.com\r\nBcc: b@example.com'],
  ['a line break in the domain', 'a@exa\nmple.com'],
  ['a zero byte', 'a@example.com\0'],
  ['a display name', 'Asha <a@example.com>'],
  ['angle brackets', '<a@example.com>'],
  ['a quoted local part', '"a b"@example.com'],
  ['a comment', 'a(b)@example.com'],
  ['a blank inside', 'a b@example.com'],
  ['a letter of another script before the @', 'аsha@example.com'],
  ['a Kelvin sign before the @', '\u212Aumar@example.com'],
  ['a full-width @ in the domain', 'a@b\uFF20example.com'],
  ['an escaped domain', 'a@ex%61mple.com'],
  ['an invisible character in the domain', 'a@ex\u00ADam\u200Bple.com'],
  ['an empty label', 'a@example..com'],
  ['a dot at the end', 'a@example.com.'],
  ['a label that begins with a hyphen', 'a@-example.com'],
  ['an underscore in the domain', 'a@ex_ample.com'],
  ['a numeric top', 'a@example.1'],
  ['a port', 'a@example.com:25'],
  ['a path', 'a@example.com/x'],
  ['65 characters before the @', `${'a'.repeat(65)}@example.com`],
  ['a label of 64 characters', `a@${'b'.repeat(64)}.com`],
  ['255 characters', `${'a'.repeat(64)}@${`${'b'.repeat(46)}.`.repeat(4)}cc`],
  ['300 characters', `a@${'b'.repeat(294)}.com`],
]

describe('e-mail addresses', () => {
  test('capitals and blanks around them make no difference', () => {
    for (const text of ['asha@example.com', 'ASHA@EXAMPLE.COM', '  Asha@Example.Com\t'])
      assert.equal(parseEmailAddress(text), 'asha@example.com')
  })

  test('of 254 characters are the longest', () => {
    const longest = `${'a'.repeat(64)}@${`${'b'.repeat(46)}.`.repeat(4)}c`
    assert.equal(longest.length, 254)
    assert.equal(parseEmailAddress(longest), longest)
  })

  test('a domain in another script is its ASCII form, and one that only looks alike is another domain', () => {
    assert.equal(parseEmailAddress('a@пример.рф'), 'a@xn--e1afmkfd.xn--p1ai')
    assert.equal(parseEmailAddress('a@भारत.भारत'), 'a@xn--h2brj9c.xn--h2brj9c')
    assert.equal(parseEmailAddress('a@ｅｘａｍｐｌｅ。com'), 'a@example.com')
    assert.equal(parseEmailAddress('a@gmаil.com'), 'a@xn--gmil-63d.com')
  })

  for (const [what, text] of refused) {
    test(`${what} is refused`, () => assert.equal(parseEmailAddress(text), undefined))
  }

  test("every local part of HTML's rule is accepted, in small letters", () => {
    fc.assert(
      fc.property(local, domain, (before, after) => {
        assert.equal(parseEmailAddress(`${before}@${after}`), `${before}@${after}`.toLowerCase())
      }),
    )
  })

  test('what is accepted is one plain address, and reads as itself', () => {
    const pieces = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'ab@.,;<>"\\ \r\n\t-_%:()[]éа＠。K'), maxLength: 30 }),
    )
    fc.assert(
      fc.property(pieces, pieces, (before, after) => {
        const address = parseEmailAddress(`${before}@${after}`)
        if (address === undefined) return
        assert.match(address, /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9.-]+\.[a-z0-9-]+$/)
        assert.ok(address.length <= 254)
        assert.equal(parseEmailAddress(address), address)
      }),
      { numRuns: 5000 },
    )
  })

  test('a long text is refused without being searched', () => {
    const startedAt = performance.now()
    assert.equal(parseEmailAddress(`${' '.repeat(1_000_000)}a@example.com`), undefined)
    assert.equal(parseEmailAddress('@'.repeat(1_000_000)), undefined)
    assert.ok(performance.now() - startedAt < 50)
  })
})
