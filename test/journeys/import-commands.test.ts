import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { aPlace, type Place, type Program, places, runToEnd, serve, stop } from '../support/import-programs.ts'

/** On PostgreSQL a command does the work itself, whether servers run or not. */
const situations = [
  ...places
    .filter(({ isEmbedded }) => isEmbedded)
    .map((place) => ({ ...place, isServed: true, name: `${place.name}, while a server has it` })),
  ...places.map((place) => ({ ...place, isServed: false, name: `${place.name}, with no server` })),
]

for (const { name, skip, isEmbedded, isServed } of situations) {
  describe(`npm run import and export on ${name}`, { skip }, () => {
    let place: Place
    let server: Program | undefined
    before(async () => {
      place = await aPlace({ isEmbedded })
      server = await serve(place)
      if (isServed) return
      await stop(server)
      server = undefined
    })
    after(async () => {
      if (server) await stop(server)
      await place.remove()
    })
    const run = (...args: string[]) => runToEnd(place, ...args)

    test('bring files in, one after the other, and out again as they were', async () => {
      const first = place.file(
        'fruits-koramangala.csv',
        '\uFEFFSKU,Name,grams,tags\r\nA,Apple,150,red | sweet\r\nB,=1+1,,\r\n',
      )
      const second = place.file('fruits.jsonl', '{"sku":"C","name":"Cherry"}\n')
      const both = await run('import', first, second, '--store', 'BLR-1')
      assert.deepEqual([both.code, both.err], [0, ''])
      assert.match(both.out, /^fruits-koramangala\.csv: 2 rows read: 2 created, 0 changed, 0 unchanged, 0 left out$/m)
      assert.match(both.out, /^fruits\.jsonl: 1 rows read: 1 created/m)

      const csv = await run('export', 'fruits')
      assert.deepEqual([csv.code, csv.err], [0, 'fruits: 3 rows\n'])
      assert.equal(csv.out, "sku,name,grams,tags\nA,Apple,150,red | sweet\nB,'=1+1,,\nC,Cherry,,\n")
      const path = join(place.folder, 'all.jsonl')
      assert.equal((await run('export', 'fruits', '--format', 'jsonl', '--out', path)).code, 0)
      assert.equal(readFileSync(path, 'utf8').split('\n')[1], '{"sku":"B","name":"=1+1","grams":null,"tags":[]}')
      const again = await run('import', place.file('fruits.csv', csv.out), path, '--kind', 'fruits')
      assert.equal(again.out.match(/3 unchanged, 0 left out$/gm)?.length, 2, again.out + again.err)
      assert.deepEqual(
        readdirSync(place.folder).filter((each) => each.includes('exp_')),
        [],
      )
    })

    test('say line by line what is wrong, change nothing, and end with 1', { skip: !isServed }, async () => {
      const bad = place.file('fruits-bad.csv', 'sku,name,grams\nX,Xigua,1\nY,Yuzu,heavy\n,Zest,666\n')
      const never = place.file('fruits-never.csv', 'sku,name\nN,Never\n')
      const { code, err } = await run('import', bad, never)
      assert.equal(code, 1)
      assert.deepEqual(err.split('\n'), [
        'fruits-bad.csv:3: grams: must be a whole number',
        'fruits-bad.csv:4: sku: must be there',
        'fruits-bad.csv: refused, nothing was changed. Rows read: 3, faulty: 2',
        '',
      ])
      const dry = await run('import', never, '--dry-run')
      assert.deepEqual([dry.code, /dry run: nothing was kept/.test(dry.out)], [0, true])
      assert.doesNotMatch((await run('export', 'fruits')).out, /Never|Xigua/)

      const rest = await run('import', bad, '--continue')
      assert.deepEqual([rest.code, rest.err.split('\n').length], [0, 3])
      assert.match(rest.out, /3 rows read: 1 created, 0 changed, 0 unchanged, 2 left out/)
    })
  })
}

test('the commands say in one sentence how they are used, without asking for a database', async () => {
  const place = { env: { DATA_DIR: '/none/such/folder' } }
  for (const args of [['import'], ['import', 'fruits.csv', '--force'], ['export', 'fruits', '--format', 'xml']]) {
    const { code, err } = await runToEnd(place, ...args)
    assert.equal(code, 1)
    assert.match(err, /^Use: npm run (?:import|export) -- .+\n$/)
  }
})

test('the commands tell how they are used when they are asked, and refuse a folder as a file, before any work', async () => {
  const place = { env: { DATA_DIR: '/none/such/folder' } }
  for (const command of ['import', 'export']) {
    const { code, out } = await runToEnd(place, command, '--help')
    assert.equal(code, 0)
    assert.match(out, /^Use: npm run (?:import|export) -- /)
  }
  const { code, err } = await runToEnd(place, 'export', 'fruits', '--out', '.')
  assert.equal(code, 1)
  assert.match(err, / is a folder: name a file for --out\.\n$/)
})
