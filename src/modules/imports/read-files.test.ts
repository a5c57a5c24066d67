import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { stringify } from 'csv-stringify/sync'
import fc from 'fast-check'
import { guardCell, unguardCell } from '../../platform/formula-guard.ts'
import { checkUtf8 } from './check-utf8.ts'
import type { Column } from './import-kind.ts'
import { readCsv } from './read-csv.ts'
import { readJsonl } from './read-jsonl.ts'
import { longestRecord, type ReadRecord } from './read-record.ts'
import { Unreadable } from './unreadable.ts'

const column = (name: string, isRequired = false): Column => ({ name, description: '', example: '', isRequired })
const columns = [column('sku', true), column('name', true), column('pack')]
const readers = { csv: readCsv, jsonl: readJsonl }

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** What is read of a file that comes in pieces, and the faults that ended it. */
async function read(file: string | Buffer, { size = 65_536, format = 'csv' as keyof typeof readers } = {}) {
  const records: ReadRecord[] = []
  try {
    for await (const each of readers[format](columns, checkUtf8(inPieces(Buffer.from(file), size)))) records.push(each)
    return { records, faults: [] }
  } catch (error) {
    assert.ok(error instanceof Unreadable, String(error))
    return { records, faults: error.faults }
  }
}

const rows = ({ records }: { records: ReadRecord[] }) =>
  records.map((each) => [each.line, 'record' in each ? Object.values(each.record) : each.faults])

describe('a CSV file', () => {
  test('is read whatever the system, editor or spreadsheet that wrote it', async () => {
    const wanted = [
      [2, ['A', 'Apple', '1 kg']],
      [3, ['B', 'Bread', '']],
    ]
    for (const file of [
      'sku,name,pack\nA,Apple,1 kg\nB,Bread,\n',
      'sku,name,pack\r\nA,Apple,1 kg\r\nB,Bread,\r\n',
      'sku,name,pack\rA,Apple,1 kg\rB,Bread,',
      '\uFEFFsku,name,pack\nA,Apple,1 kg\nB,Bread,',
      '\uFEFF"SKU", Name ,PACK\n"A", "Apple","1 kg"\nB,Bread,""\n,,\n\n',
    ])
      for (const size of [1, 7, 65_536])
        assert.deepEqual(rows(await read(file, { size })), wanted, JSON.stringify(file))
  })

  test('gives each row the line that it begins on, behind cells over several lines and empty lines', async () => {
    const file = 'sku,name\r\nA,"one\r\ntwo\nthree"\r\n\r\nB,"say ""hello"""\r\nC\r\nD,"\n"\nE,e\n'
    assert.deepEqual(rows(await read(file, { size: 3 })), [
      [2, ['A', 'one\r\ntwo\nthree']],
      [6, ['B', 'say "hello"']],
      [7, [{ reason: 'the row has 1 cells, the header has 2' }]],
      [8, ['D', '\n']],
      [10, ['E', 'e']],
    ])
  })

  test('is refused for its header in words that name the columns, all at once', async () => {
    const faultsOf = async (header: string) => (await read(`${header}\nA,B,C\n`)).faults
    assert.deepEqual(await faultsOf('sku,colour,sku,'), [
      { line: 1, reason: 'unknown columns: "colour". Known are sku, name, pack' },
      { line: 1, reason: 'missing columns: name' },
      { line: 1, reason: 'columns that are there twice: "sku"' },
      { line: 1, reason: 'a column has no name' },
    ])
    assert.deepEqual(await faultsOf('sku;name;pack'), [{ line: 1, reason: 'the columns must be separated by commas' }])
    assert.deepEqual((await read('')).faults, [{ line: 0, reason: 'the file is empty' }])
    assert.deepEqual((await read('\uFEFF\r\n\r\n')).faults, [{ line: 0, reason: 'the file is empty' }])
    assert.deepEqual(await read('sku,name\n'), { records: [], faults: [] })
  })

  test('ends where its quotes make no sense, at the row where they begin, with all rows before', async () => {
    const cases = [
      ['A,a\nB,7" disc\nC,c\n', /^a quote .* stands where none can be/],
      ['A,a\nB,"7"x\nC,c\n', /^a quote .* stands where none can be/],
      ['A,a\nB,"7\nC,c\nD,d\n', /^a quote .* is opened in this row and never closed/],
      [`A,a\nB,"${'7\n'.repeat(longestRecord)}`, /^a row is longer than 256 KiB/],
    ] as const
    for (const [file, reason] of cases) {
      const { records, faults } = await read(`sku,name\n${file}`)
      assert.deepEqual(rows({ records }), [[2, ['A', 'a']]])
      assert.deepEqual([faults.length, faults[0]?.line], [1, 3])
      assert.match(faults[0]?.reason ?? '', reason)
    }
  })

  test('gives back what was written, and where, however it is cut into pieces', async () => {
    const cell = fc.string({
      unit: fc.constantFrom('a', 'ß', '牛', '🥛', '"', ',', '\n', '\r\n', ' ', '=', "'", '-'),
      maxLength: 6,
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell), { minLength: 1 }),
        fc.integer({ min: 1, max: 20 }),
        async (pairs, size) => {
          const cells = pairs.map(([name, pack]) => ['x', name, pack])
          const text = stringify([['sku', 'name', 'pack'], ...cells.map((row) => row.map(guardCell))], { quoted: true })
          const { records } = await read(text, { size })
          let line = 2
          const wanted = cells.map((row) => {
            const begins = line
            line += 1 + (row.join('').match(/\n/g)?.length ?? 0)
            return [begins, row]
          })
          assert.deepEqual(rows({ records }), wanted)
        },
      ),
    )
  })
})

describe('a JSON Lines file', () => {
  test('is read line by line, and each line that is no object is named', async () => {
    const file =
      '\uFEFF{"sku":"A","name":"Apple"}\r\n\n[1]\n{"sku":\nnull\n{"sku":"B","colour":1,"__proto__":2}\n{"sku":3}'
    for (const size of [1, 65_536]) {
      const unknown = 'there is no such field. Known are sku, name, pack'
      assert.deepEqual(rows(await read(file, { format: 'jsonl', size })), [
        [1, ['A', 'Apple']],
        [3, [{ reason: 'the line is not a JSON object' }]],
        [4, [{ reason: 'the line is not a JSON object' }]],
        [5, [{ reason: 'the line is not a JSON object' }]],
        [
          6,
          [
            { column: 'colour', reason: unknown },
            { column: '__proto__', reason: unknown },
          ],
        ],
        [7, [3]],
      ])
    }
    assert.deepEqual((await read('\n', { format: 'jsonl' })).faults, [{ line: 0, reason: 'the file is empty' }])
  })

  test('ends at a line without end', async () => {
    const { records, faults } = await read(`{"sku":"A"}\n"${'x'.repeat(longestRecord * 2)}`, { format: 'jsonl' })
    assert.equal(records.length, 1)
    assert.deepEqual(faults, [{ line: 2, reason: 'the line is longer than 256 KiB: it must be a JSON object' }])
  })
})

describe('bytes that are not UTF-8', () => {
  test('are named by their line, in either format and wherever they are cut', async () => {
    const latin1 = Buffer.from('sku,name\nA,Käse\nB,Brot\n', 'latin1')
    for (const format of ['csv', 'jsonl'] as const)
      for (const size of [1, 2, 5, 65_536])
        assert.deepEqual(
          (await read(latin1, { size, format })).faults.map(({ line }) => line),
          [2],
          `${format} ${size}`,
        )
    assert.deepEqual((await read(Buffer.from('sku,name\nA,ü', 'utf16le'))).faults.length > 0, true)
    assert.equal((await read(Buffer.from('sku,name\nA,\u{1F95B}').subarray(0, -1))).faults[0]?.line, 2)
  })

  test('are the only ones that are refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 9 }), async (text, size) => {
        const bytes = Buffer.from(text)
        const pieces: Buffer[] = []
        for await (const piece of checkUtf8(inPieces(bytes, size))) pieces.push(piece)
        assert.deepEqual(Buffer.concat(pieces), bytes)
      }),
      { numRuns: 50 },
    )
  })
})

describe('the guard against formulas', () => {
  test('leaves no cell that a spreadsheet runs, and takes itself away again', () => {
    const cell = fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', "'", 'A', '1', '.'), maxLength: 5 })
    fc.assert(
      fc.property(cell, (text) => {
        const guarded = guardCell(text)
        assert.equal(unguardCell(guarded), text)
        if (/^[=+\-@\t\r]/.test(guarded)) assert.match(guarded, /^[+-]?\d+(\.\d+)?$/)
      }),
    )
  })

  test('takes cells as they stand that were not exported', () => {
    for (const cell of ['=1+1', '+91', '-5', '@home', "'quoted'"]) assert.equal(unguardCell(cell), cell)
  })
})
