import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { pdfDocument } from './pdf-document.ts'
import { findFonts, readersFonts } from './pdf-fonts.ts'
import type { PrintedDocument } from './printed-document.ts'

const installed = await findFonts()
const kinds = [
  { name: 'fonts that every reader has', fonts: readersFonts, skip: false as const },
  { name: 'Noto Sans', fonts: installed, skip: installed === readersFonts ? 'its package is not installed' : false },
]

const aDocument = (rows: number, name = 'अमूल दूध'): PrintedDocument => ({
  title: 'Tax invoice',
  seller: 'Fresh Basket',
  facts: [{ label: 'Number', value: 'BLR01/26/000123' }],
  parties: [{ heading: 'Sold by', lines: ['Fresh Basket', 'பெங்களூரு', '🏠'] }],
  tables: [
    {
      heading: 'Items',
      columns: [
        { title: 'Item', align: 'left', weight: 4 },
        { title: 'Total', align: 'right', weight: 1 },
      ],
      rows: Array.from({ length: rows }, () => [{ text: name, note: '500 ml' }, { text: '1,234.00' }]),
    },
  ],
  totals: [{ label: 'Taxable value', amount: '1,234.00' }],
  total: { label: 'Total paid', amount: '₹1,234.00' },
  amountInWords: 'Rupees One Thousand Two Hundred Thirty-Four Only',
  notes: ['All amounts are in Indian rupees.'],
})

for (const { name, fonts, skip } of kinds) {
  describe(`a PDF in ${name}`, { skip }, () => {
    const print = (document: PrintedDocument) =>
      pdfDocument(document, { fonts, issuedAt: new Date(Date.UTC(2026, 10, 27)) })
    const pagesOf = (pdf: Buffer) => pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length

    test('is the same each time', async () => {
      assert.deepEqual(await print(aDocument(3)), await print(aDocument(3)))
    })

    test('has as many pages as its rows take, and no empty one', async () => {
      assert.equal(pagesOf(await print(aDocument(3))), 1)
      assert.equal(pagesOf(await print(aDocument(60))), 3)
    })

    test('is made of any text at all', async () => {
      for (const text of ['', ' ', '🍵', '\u200d', '\ud800', 'பால்', 'क्ष्म', 'x'.repeat(2000), 'a\tb\nc'])
        assert.equal(pagesOf(await print(aDocument(1, text))), 1, JSON.stringify(text.slice(0, 9)))
    })
  })
}
