import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { createFruits, fruitKind, readFruits } from '../support/import-kinds.ts'
import { type StartedImports, startImports, storeId } from '../support/imports.ts'

const file = 'sku,name,grams,tags\nA,Apple,150,red | sweet\nB,Banana,120,\nC,Cherry,8,red\n'
const jsonl = 'application/x-ndjson'
const countsOf = ({
  status,
  rowsRead,
  rowsFaulty,
  faultsFound,
  rowsApplied,
  created,
  changed,
  unchanged,
}: Record<string, unknown>) => ({
  status,
  read: [rowsRead, rowsFaulty, faultsFound],
  applied: [rowsApplied, created, changed, unchanged],
})

for (const kind of databaseKinds) {
  describe(`imports on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let service: StartedImports
    const afterwards: string[] = []
    before(async () => {
      database = await aDatabase(kind)
      const kinds = [fruitKind({ afterwards: async ({ importId }) => void afterwards.push(importId) })]
      service = await startImports(database, { kinds })
    })
    beforeEach(async () => {
      await database.executeSql(`${createFruits}; truncate fruits; truncate imports cascade`)
    })
    after(async () => {
      await service.end()
      await database.end()
    })
    const skus = async () => (await readFruits(database)).map(({ sku }) => sku)
    const chunks = async () => (await database.executeSql('select 1 from import_chunks')).rows.length

    test('are answered with where to follow them, and put all rows into the tables', async () => {
      const { status, body, headers } = await service.call('POST', '/imports?kind=fruits&fileName=fruits.csv', {
        body: file,
      })
      assert.equal(status, 202)
      assert.equal(headers['location'], `/api/imports/${body.import.id}`)
      assert.equal(body.import.rowsRead, 3)
      const report = await service.over(body.import.id)
      assert.deepEqual(countsOf(report), { status: 'done', read: [3, 0, 0], applied: [3, 3, 0, 0] })
      assert.deepEqual([report.fileName, report.faults, report.storeId], ['fruits.csv', [], null])
      assert.ok(report.finishedAt >= report.createdAt)
      assert.deepEqual((await readFruits(database))[0], { sku: 'A', name: 'Apple', grams: 150, tags: ['red', 'sweet'] })
      assert.deepEqual(afterwards.at(-1), report.id)
      assert.equal(await chunks(), 0)
    })

    test('change nothing when the same file comes again, and only what differs in the next', async () => {
      await service.send(file)
      assert.deepEqual(countsOf(await service.send(file)).applied, [3, 0, 0, 3])
      assert.deepEqual(countsOf(await service.send(file.replace('120', '130'))).applied, [3, 0, 1, 2])
      const lines = '{"sku":"A","name":"Apple","grams":150,"tags":["red","sweet"]}\n{"sku":"D","name":"Date"}\n'
      assert.deepEqual(countsOf(await service.send(lines, '', jsonl)).applied, [2, 1, 0, 1])
    })

    test('are refused for one faulty row, every fault named with its line, and nothing is changed', async () => {
      const report = await service.send('sku,name,grams\nA,Apple,1\n,Banana,x\nC,Cherry,-1\n')
      assert.deepEqual(countsOf(report), { status: 'refused', read: [3, 2, 3], applied: [0, 0, 0, 0] })
      assert.deepEqual(report.faults, [
        { line: 3, column: 'sku', reason: 'must be there' },
        { line: 3, column: 'grams', reason: 'must be a whole number' },
        { line: 4, column: 'grams', reason: 'must be a whole number' },
      ])
      assert.deepEqual([await skus(), await chunks()], [[], 0])
    })

    test('are refused for a row that cannot be applied, after all others were tried and rolled back', async () => {
      const rows = Array.from({ length: 1200 }, (_, at) => `S${at},Fruit,${at === 3 || at === 1100 ? 666 : 1}\n`)
      const report = await service.send(`sku,name,grams\n${rows.join('')}`)
      assert.deepEqual(countsOf(report), { status: 'refused', read: [1200, 2, 2], applied: [0, 0, 0, 0] })
      assert.deepEqual(report.faults, [
        { line: 5, column: 'grams', reason: 'is unlucky' },
        { line: 1102, column: 'grams', reason: 'is unlucky' },
      ])
      assert.deepEqual([await skus(), await chunks()], [[], 0])
    })

    test('apply the good rows when they are to continue, and report the others', async () => {
      const report = await service.send(
        'sku,name,grams\nA,Apple,1\nB,Banana,x\nC,Cherry,666\nD,Date\nE,Elder,5\n',
        '&onFault=continue',
      )
      assert.deepEqual(countsOf(report), { status: 'done', read: [5, 3, 3], applied: [2, 2, 0, 0] })
      assert.deepEqual(
        report.faults.map(({ line }: { line: number }) => line),
        [3, 5, 4],
      )
      assert.deepEqual(await skus(), ['A', 'E'])
    })

    test('are refused even then for what is wrong with the file as a whole', async () => {
      for (const [bad, line] of [
        ['', 0],
        ['sku,name\n', 0],
        ['sku,nom\nA,a\n', 1],
        ['sku,name\nA,a\nB,"b\n', 3],
        [Buffer.from('sku,name\nA,\xe4\n', 'latin1'), 2],
      ] as const) {
        const report = await service.send(bad as string, '&onFault=continue')
        assert.deepEqual(
          [report.status, report.faults[0].line, report.faults[0].column],
          ['refused', line, null],
          String(bad),
        )
      }
      assert.deepEqual(await skus(), [])
    })

    test('keep nothing of a dry run but its report', async () => {
      const report = await service.send(file, '&dryRun=true')
      assert.deepEqual(countsOf(report), { status: 'done', read: [3, 0, 0], applied: [3, 3, 0, 0] })
      assert.deepEqual([report.isDryRun, await skus(), await chunks()], [true, [], 0])
      assert.notEqual(afterwards.at(-1), report.id)
      assert.equal((await service.send(file.replace('150', '666'), '&dryRun=true')).status, 'refused')
    })

    test('keep the first thousand faults and count them all', async () => {
      const rows = Array.from({ length: 1500 }, (_, at) => `S${at},Fruit,x\n`)
      const report = await service.send(`sku,name,grams\n${rows.join('')}`)
      assert.deepEqual(countsOf(report).read, [1500, 1500, 1500])
      assert.equal(report.faults.length, 100)
      const lines: number[] = []
      let cursor = ''
      do {
        const { body } = await service.call(
          'GET',
          `/imports/${report.id}/faults?limit=100${cursor && `&cursor=${cursor}`}`,
        )
        lines.push(...body.faults.map(({ line }: { line: number }) => line))
        cursor = body.nextCursor
      } while (cursor)
      assert.deepEqual(
        lines,
        Array.from({ length: 1000 }, (_, at) => at + 2),
      )
      assert.equal((await service.call('GET', `/imports/${report.id}/faults?cursor=WyI5OTk5OTk5OTk5OSJd`)).status, 400)
    })

    test('take texts that the database cannot hold for faults', async () => {
      const report = await service.send('{"sku":"A","name":"\\u0000"}\n{"sku":"B","name":"\\ud800"}\n', '', jsonl)
      assert.deepEqual(
        report.faults.map(({ line, column }: Record<string, unknown>) => [line, column]),
        [
          [1, 'name'],
          [2, 'name'],
        ],
      )
      assert.equal((await service.send('sku,name\nA,a\0b\n')).faults[0].column, 'name')
      const nested = `{"sku":"A","name":"a","tags":${'['.repeat(50_000)}${']'.repeat(50_000)}}\n`
      assert.equal((await service.send(nested, '', jsonl)).faults[0].column, 'tags')
    })

    test('are refused after some tries when the server is at fault, in words that tell nothing', async () => {
      const report = await service.send('sku,name\nA,break\n')
      assert.equal(report.status, 'refused')
      assert.deepEqual(report.faults, [
        {
          line: 0,
          column: null,
          reason: 'the server could not apply the file, so nothing was changed: its log says why',
        },
      ])
      assert.match(service.logged(), /import refused, because applying it fails again and again/)
    })

    test('of one kind are applied one after the other, when several come at once', async () => {
      const files = Array.from({ length: 4 }, (_, each) =>
        ['sku,name', ...Array.from({ length: 700 }, (_, at) => `S${at},Fruit ${each}`), ''].join('\n'),
      )
      const reports = await Promise.all(files.map((each) => service.send(each)))
      assert.deepEqual(
        reports.map(({ status, rowsApplied }) => [status, rowsApplied]),
        Array(4).fill(['done', 700]),
      )
      const names = new Set((await readFruits(database)).map(({ name }) => name))
      assert.equal(names.size, 1, 'rows of several files are mixed')
    })

    test('are for whoever may use the kind, and seen by them and admins', async () => {
      const post = (as: string, query: string, type = 'text/csv') =>
        service
          .call('POST', `/imports?${query}`, { as, body: file, type })
          .then(({ status, body }) => [status, body.code])
      assert.deepEqual(await post('nobody', 'kind=fruits'), [401, 'request.unauthorized'])
      assert.deepEqual(await post('customer', 'kind=fruits'), [403, 'request.forbidden'])
      assert.deepEqual(await post('manager', 'kind=fruits'), [403, 'request.forbidden'])
      assert.deepEqual(await post('admin', 'kind=stars'), [404, 'import.unknown_kind'])
      assert.deepEqual(await post('admin', 'kind=fruits&storeId=sto_01000000000000000000000000'), [
        404,
        'import.store_not_found',
      ])
      assert.deepEqual(await post('admin', 'kind=fruits', 'application/json'), [415, 'import.format_unknown'])
      for (const bad of [
        '',
        'kind=Fruits!',
        'kind=fruits&onFault=maybe',
        'kind=fruits&storeId=1',
        'kind=fruits&dryRun=1',
      ])
        assert.deepEqual(await post('admin', bad), [400, 'request.malformed'], bad)

      const own = await service.call('POST', `/imports?kind=fruits&storeId=${storeId}`, { as: 'manager', body: file })
      const other = await service.send(file)
      await service.over(own.body.import.id)
      const seenBy = async (as: string): Promise<string[]> => {
        const { body } = await service.call('GET', '/imports', { as })
        return body.imports.map(({ id }: { id: string }) => id)
      }
      assert.deepEqual(await seenBy('manager'), [own.body.import.id])
      assert.deepEqual(await seenBy('admin'), [other.id, own.body.import.id])
      for (const path of [`/imports/${other.id}`, `/imports/${other.id}/faults`, `/imports/imp_${'0'.repeat(26)}`])
        assert.equal((await service.call('GET', path, { as: 'manager' })).body.code, 'import.not_found', path)
      assert.equal(
        (await service.call('GET', `/imports/${own.body.import.id}`, { as: 'manager' })).body.import.storeId,
        storeId,
      )
      const { body } = await service.call('GET', '/imports?limit=1')
      const next = await service.call('GET', `/imports?limit=1&cursor=${body.nextCursor}`)
      assert.deepEqual([next.body.imports[0].id, next.body.nextCursor], [own.body.import.id, null])
    })

    test('say which kinds there are, with their columns', async () => {
      const { body } = await service.call('GET', '/imports/kinds', { as: 'manager' })
      assert.equal(body.kinds[0].name, 'fruits')
      assert.deepEqual(body.kinds[0].columns[0], {
        name: 'sku',
        description: 'Which fruit.',
        example: 'APL-1',
        isRequired: true,
      })
    })

    test('take what was exported, in either format and whatever is in a cell', async () => {
      const names = ['=SUM(A1)', '+91 98', '-x', '@home', "'=a", 'a "b", c', 'two\nlines', ' spaces ', '-5', 'दूध']
      const rows = names.map((name, at) => JSON.stringify({ sku: `S${at}`, name, grams: at, tags: ['a', 'b'] }))
      await service.send(`${rows.join('\n')}\n`, '', jsonl)
      const before = await readFruits(database)
      for (const [format, type] of [
        ['csv', 'text/csv'],
        ['jsonl', jsonl],
      ] as const) {
        const { status, text, headers } = await service.call('GET', `/exports/fruits?format=${format}`)
        assert.equal(status, 200)
        assert.ok(String(headers['content-type']).startsWith(type))
        assert.equal(headers['content-disposition'], `attachment; filename="fruits.${format}"`)
        if (format === 'csv') assert.doesNotMatch(text, /(?:^|,)"?[=+@]/m)
        assert.deepEqual(countsOf(await service.send(text, '', type)).applied, [10, 0, 0, 10])
        await database.executeSql('truncate fruits')
        assert.deepEqual(countsOf(await service.send(text, '', type)).applied, [10, 10, 0, 0])
        assert.deepEqual(await readFruits(database), before)
      }
      assert.equal((await service.call('GET', '/exports/fruits', { as: 'customer' })).status, 403)
      assert.equal((await service.call('GET', '/exports/stars')).body.code, 'import.unknown_kind')
      await database.executeSql('truncate fruits')
      assert.equal((await service.call('GET', '/exports/fruits')).text, 'sku,name,grams,tags\n')
    })
  })
}
