import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { aDatabase, databaseKinds, type TestDatabase } from '../../../test/support/databases.ts'
import { readFruits } from '../../../test/support/import-kinds.ts'
import { type StartedImports, startImports } from '../../../test/support/imports.ts'
import { CannotStart } from '../../platform/cannot-start.ts'
import { kindOfFile } from './file-kind.ts'

for (const kind of databaseKinds) {
  describe(`commands about imports on ${kind.name}`, { skip: kind.skip }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'imports-'))
    let database: TestDatabase
    let service: StartedImports
    before(async () => {
      database = await aDatabase(kind)
      service = await startImports(database, { work: false })
    })
    after(async () => {
      await service.end()
      await database.end()
      rmSync(folder, { recursive: true })
    })
    function start(name: string, content: string, more: object = {}) {
      const path = join(folder, name)
      if (content !== '') writeFileSync(path, content)
      const asked = { path, onFault: 'stop', isDryRun: false, ...more }
      return service.imports.runCommand(['import', 'start', JSON.stringify(asked)])
    }

    test('say in one sentence what they cannot do', async () => {
      const file = 'sku,name\nA,a\n'
      const begin = (options: object) => service.imports.runCommand(['export', 'start', JSON.stringify(options)])
      const wrong: [() => Promise<unknown>, RegExp][] = [
        [() => start('stars.csv', file), /^stars\.csv: say with --kind what its rows are: fruits\.$/],
        [() => start('a.csv', file, { kind: 'stars' }), /^There is no kind stars\. There are: fruits\.$/],
        [() => start('fruits.xlsx', file), /^fruits\.xlsx: the name of a file ends in \.csv, \.jsonl or \.ndjson\.$/],
        [() => start('fruits-none.csv', ''), /^fruits-none\.csv cannot be read: there is no such file\.$/],
        [
          () => start('a.csv', file, { path: `${folder}/a.csv/b.csv`, kind: 'fruits' }),
          /^b\.csv cannot be read: .+\.$/,
        ],
        [() => start('fruits.csv', file, { store: 'DEL-9' }), /^There is no store with the code DEL-9\.$/],
        [() => begin({ kind: 'stars', format: 'csv', path: join(folder, 'x') }), /^There is no kind stars/],
        [
          () => begin({ kind: 'fruits', format: 'csv', path: '/none/such/x' }),
          /cannot be written: the system says ENOENT\.$/,
        ],
        [() => service.imports.runCommand(['import', 'status', 'imp_1']), /^There is no such import\.$/],
        [() => service.imports.runCommand(['import']), /^Use: npm run import/],
      ]
      for (const [work, sentence] of wrong)
        await assert.rejects(
          work,
          (error) => error instanceof CannotStart && sentence.test(error.message),
          String(sentence),
        )
    })

    test('apply what was received before, in the order of its coming, where no process works for the queue', async () => {
      const { body } = await service.call('POST', '/imports?kind=fruits', { body: 'sku,name\nA,First\nB,First\n' })
      assert.equal(body.import.status, 'waiting')
      const [id = ''] = await start('fruits.csv', 'sku,name\nA,Second\n')
      assert.equal((await service.over(id)).changed, 1)
      assert.equal((await service.over(body.import.id)).created, 2)
      assert.deepEqual(
        (await readFruits(database)).map(({ name }) => name),
        ['Second', 'First'],
      )
    })
  })
}

test('the kind is the beginning of a file name', () => {
  const kinds = ['products', 'product', 'listings']
  const names = ['products.csv', 'Listings-koramangala.csv', 'product_2.jsonl', 'productsold.csv', 'my-products.csv']
  assert.deepEqual(
    names.map((name) => kindOfFile(name, kinds)),
    ['products', 'listings', 'product', undefined, undefined],
  )
})
