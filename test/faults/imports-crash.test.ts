import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { pino } from 'pino'
import { abandonImports } from '../../src/modules/imports/clean-up-imports.ts'
import type { Import } from '../../src/modules/imports/index.ts'
import { connectDatabase } from '../../src/platform/database/connect-database.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { askOwner } from '../../src/platform/database/embedded/ask-owner.ts'
import { setClock } from '../support/clock.ts'
import { postgresMissing, settingsFor } from '../support/databases.ts'
import { aPlace, type Place, places, runToEnd, serve, startProgram, stop } from '../support/import-programs.ts'
import { until } from '../support/queues.ts'

/** 6,000 rows in twelve chunks, each of which takes half a second. */
const slowRows = Array.from({ length: 6000 }, (_, at) => `S${at},${at % 500 === 0 ? 'slow' : 'Fruit'}\n`)
const slowFile = `sku,name\n${slowRows.join('')}`

const exported = async (place: Place): Promise<number> =>
  (await runToEnd(place, 'export', 'fruits')).out.split('\n').length - 2

/** A file that does not end until the test says so. */
function aPipe(place: Place, name: string): string {
  const path = join(place.folder, name)
  execFileSync('mkfifo', [path])
  return path
}

describe('kill -9 of the process that imports into the embedded database', () => {
  let place: Place
  before(async () => {
    place = await aPlace({ isEmbedded: true })
  })
  after(() => place.remove())
  const ask = async (...command: string[]): Promise<string> =>
    (await askOwner(place.env['DATA_DIR'] ?? '', ['import', ...command]))?.[0] ?? '{}'
  const status = async (id: string) => JSON.parse(await ask('status', id)) as Import
  const begin = (path: string) =>
    ask('start', JSON.stringify({ path, kind: 'fruits', onFault: 'stop', isDryRun: false }))

  test('while it reads leaves the import abandoned and nothing applied', async () => {
    const first = await serve(place)
    const path = aPipe(place, 'fruits-pipe.csv')
    const pipe = createWriteStream(path).on('error', () => undefined) // whoever opens one end waits for the other
    const id = await begin(path)
    pipe.write(slowFile)
    await until(async () => (await status(id)).rowsRead >= 3500, 60_000)
    await stop(first, 'SIGKILL')
    pipe.destroy()
    const heir = await serve(place)
    assert.equal((await status(id)).status, 'abandoned')
    await stop(heir)
    assert.equal(await exported(place), 0)
  })

  test('while it applies loses nothing: the next start applies all rows', async () => {
    const first = await serve(place)
    const id = await begin(place.file('fruits.csv', slowFile))
    const seen: Import[] = []
    await until(async () => seen.unshift(await status(id)) > 0 && (seen[0]?.rowsApplied ?? 0) >= 500, 60_000)
    await stop(first, 'SIGKILL')
    assert.deepEqual([seen[0]?.status, (seen[0]?.rowsApplied ?? 0) < slowRows.length], ['applying', true])
    const heir = await serve(place)
    await until(async () => (await status(id)).status === 'done', 60_000)
    assert.deepEqual([(await status(id)).created, (await status(id)).rowsApplied], [6000, 6000])
    await stop(heir)
    assert.equal(await exported(place), 6000)
  })
})

describe('kill -9 of a process that imports into PostgreSQL', { skip: postgresMissing }, () => {
  let place: Place
  let database: Database
  before(async () => {
    place = await aPlace({ isEmbedded: false })
    await stop(await serve(place))
    const settings = settingsFor({ DATABASE_URL: place.env['DATABASE_URL'] ?? '', DATABASE_CONNECT_TIMEOUT_MS: '5000' })
    database = await connectDatabase(settings, { log: pino({ level: 'silent' }) })
  })
  after(async () => {
    await database.close()
    await place.remove()
  })
  const latest = async () => {
    const { rows } = await database.raw('select * from imports order by id desc limit 1', [])
    return (rows[0] ?? {}) as { id: string; status: string; rows_read: number; rows_applied: number; created: number }
  }
  const fruits = async () => (await database.raw('select 1 from fruits', [])).rows.length

  test('while it reads leaves nothing applied, and the import is given up when it has not moved for long', async () => {
    const path = aPipe(place, 'fruits-pipe.csv')
    const command = startProgram(place, ['import', path])
    const pipe = createWriteStream(path).on('error', () => undefined)
    pipe.write(slowFile)
    await until(async () => (await latest()).rows_read >= 3500, 60_000)
    await stop(command, 'SIGKILL')
    pipe.destroy()
    assert.equal((await latest()).status, 'receiving')
    const deps = { database, clock: setClock(Date.now() + 301_000), telemetry: { abandoned: () => undefined } as never }
    await abandonImports(deps)
    assert.deepEqual([(await latest()).status, await fruits()], ['abandoned', 0])
  })

  test('while it applies loses nothing: progress is seen by others, and a worker applies all rows', async () => {
    const command = startProgram(place, ['import', place.file('fruits.csv', slowFile)])
    await until(async () => (await latest()).status === 'applying' && (await latest()).rows_applied >= 1000, 60_000)
    assert.equal(await fruits(), 0)
    await stop(command, 'SIGKILL')
    const heir = await serve(place)
    await until(async () => (await latest()).status === 'done', 60_000)
    assert.deepEqual([(await latest()).created, (await latest()).rows_applied, await fruits()], [6000, 6000, 6000])
    await stop(heir)
  })

  test('between the rows and what follows from them has that done by the next, and the rows not again', async () => {
    await database.executeSql(`update imports set status = 'applying', finished_at = null, updated_at = now() - interval '1 minute'
      where status = 'done'`)
    const command = await runToEnd(place, 'import', place.file('fruits-next.csv', 'sku,name\nT,Fruit\n'))
    assert.equal(command.code, 0, command.err)
    assert.equal(await fruits(), 6001)
  })
})

describe('what takes long', () => {
  for (const { name, skip, isEmbedded } of places)
    test(`100,000 rows and 200 MB of one line take no memory that grows with them, on ${name}`, {
      skip,
    }, async (context) => {
      const place = await aPlace({ isEmbedded })
      context.after(place.remove)
      const row = (at: number) => `S${at},Fruit ${'x'.repeat(100)},${at % 500}\n`
      const warm = place.file(
        'warm.csv',
        `sku,name,grams\n${Array.from({ length: 2000 }, (_, at) => row(at)).join('')}`,
      )
      const rows = Array.from({ length: 100_000 }, (_, at) => row(at))
      const many = place.file('many.csv', `sku,name,grams\n${rows.join('')}`)
      const line = place.file('line.csv', Buffer.concat([Buffer.from('sku,name\nA,'), Buffer.alloc(200_000_000, 'x')]))
      const program = startProgram(place, ['measure', warm, line, many], ['--expose-gc'])
      assert.equal(await program.ended, 0, program.err())
      const [, refused, done] = program
        .out()
        .trim()
        .split('\n')
        .map((text) => JSON.parse(text))
      assert.deepEqual([refused.status, refused.rowsRead, done.status, done.rowsRead], ['refused', 0, 'done', 100_000])
      for (const { before: begun, most } of [refused, done]) {
        // Buffers that a busy machine has not freed yet count too, and the memory of a database that is in the process.
        const mostUsed = 96
        assert.ok(
          most.used - begun.used < mostUsed,
          `objects and buffers took ${Math.round(most.used - begun.used)} MB more`,
        )
        // What was freed is given back late where the cores are busy; the line alone is 200 MB.
        if (!isEmbedded)
          assert.ok(most.rss - begun.rss < 180, `the process took ${Math.round(most.rss - begun.rss)} MB more`)
      }
    })
})
