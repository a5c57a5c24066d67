import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { formatRupees } from '../../platform/money.ts'
import {
  type CellReader,
  columnsOf,
  integer,
  list,
  oneOf,
  oneOfNumbers,
  optional,
  readCells,
  required,
  rupees,
  text,
  yesOrNo,
} from './cells.ts'

const column = (name: string) => ({ name, description: 'What it is.', example: 'x' })
const cells = {
  sku: required(column('sku'), text({ longest: 5, pattern: /^[A-Z0-9]+$/, reason: 'must be a SKU' })),
  mrp: required(column('mrp'), rupees()),
  max: optional(column('max_per_order'), integer({ minimum: 1, maximum: 100 })),
}

describe('cells', () => {
  test('make a row, in CSV and in JSON Lines alike', () => {
    const row = { sku: 'A1', mrp: 2850, max: 5 }
    assert.deepEqual(readCells(cells, { sku: ' A1 ', mrp: '28.50', max_per_order: '5' }), { row })
    assert.deepEqual(readCells(cells, { sku: 'A1', mrp: 28.5, max_per_order: 5 }), { row })
  })

  test('that may be empty say nothing then', () => {
    for (const empty of ['', ' ', null, undefined])
      assert.deepEqual(readCells(cells, { sku: 'A', mrp: '1', max_per_order: empty }), { row: { sku: 'A', mrp: 100 } })
  })

  test('that are wrong or missing are named all at once, without what they hold', () => {
    assert.deepEqual(readCells(cells, { sku: 'secret', max_per_order: '101' }), {
      faults: [
        { column: 'sku', reason: 'must be a SKU' },
        { column: 'mrp', reason: 'is missing' },
        { column: 'max_per_order', reason: 'must be a whole number from 1 to 100' },
      ],
    })
  })

  test('are described by their columns, in order', () => {
    assert.deepEqual(
      columnsOf(cells).map(({ name, isRequired }) => [name, isRequired]),
      [
        ['sku', true],
        ['mrp', true],
        ['max_per_order', undefined],
      ],
    )
  })

  test('read nothing but what they are for', () => {
    const wrong: [CellReader<unknown>, unknown[]][] = [
      [text({ longest: 3 }), ['abcd', 'a\u0000', 'a\nb', 'a\u202eb', 'a\u200bb', {}, [], true, Number.NaN]],
      [integer({ minimum: 0, maximum: 9 }), ['1.5', '-1', '10', '1e0', '0x1', 1.5, -1, Infinity, true, '٣', [1]]],
      [rupees(), ['0', '-1', '1.234', '1,000', '₹5', '1e3', 0, -5, 0.001, 1e21, '1000000.01', true, ' ', '.5']],
      [yesOrNo, ['y', 'on', 2, 'yes no', []]],
      [oneOf(['ambient', 'chilled']), ['warm', 'ambient chilled', 1]],
      [oneOfNumbers([0, 0.25, 5]), ['0.2', '5%', '1e0', 'five', -5]],
      [list(text({ longest: 3 }), { most: 2 }), ['a|b|c', 'abcd', ['a', 5, 'b'], ['a', {}], {}, true]],
    ]
    for (const [reader, values] of wrong)
      for (const value of values)
        assert.equal(reader.read(value), undefined, `${reader.reason}: ${JSON.stringify(value)}`)
  })

  test('read what people write', () => {
    const right: [CellReader<unknown>, unknown, unknown][] = [
      [yesOrNo, 'Yes', true],
      [yesOrNo, '0', false],
      [yesOrNo, true, true],
      [yesOrNo, 1, true],
      [oneOf(['ambient', 'chilled']), 'Chilled', 'chilled'],
      [oneOfNumbers([0, 0.25, 5]), '5.00', 5],
      [oneOfNumbers([0, 0.25, 5]), 0.25, 0.25],
      [list(text({ longest: 9 }), { most: 3 }), 'milk | curd|', ['milk', 'curd']],
      [list(text({ longest: 9 }), { most: 3 }), ['milk'], ['milk']],
      [list(text({ longest: 9 }), { most: 3 }), [], []],
      [text({ longest: 9 }), 401, '401'],
      [text({ longest: 9 }), ' रक्\u200dषा ', 'रक्\u200dषा'],
      [integer({ minimum: 0, maximum: 9 }), '-0', 0],
    ]
    for (const [reader, value, read] of right) assert.deepEqual(reader.read(value), read)
  })

  test('read every price that is written as rupees, to the paisa', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000_000 }), (paise) => {
        assert.equal(rupees().read(formatRupees(paise)), paise)
        assert.equal(rupees().read(paise / 100), paise)
      }),
    )
  })
})
