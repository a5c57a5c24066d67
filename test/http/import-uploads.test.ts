import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { after, before, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type SetClock, setClock } from '../support/clock.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { createFruits, readFruits } from '../support/import-kinds.ts'
import { type StartedImports, startImports } from '../support/imports.ts'
import { until } from '../support/queues.ts'

for (const kind of databaseKinds) {
  describe(`files that come over a connection, on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let service: StartedImports
    let clock: SetClock
    before(async () => {
      database = await aDatabase(kind)
      clock = setClock()
      service = await startImports(database, { maxMegabytes: 1, clock })
    })
    beforeEach(async () => {
      await database.executeSql(`${createFruits}; truncate fruits; truncate imports cascade`)
    })
    after(async () => {
      await service.end()
      await database.end()
    })

    /** An upload whose bytes the test sends when it likes. */
    function begin(headers: Record<string, string> = {}) {
      const upload = request(`${service.url}/api/imports?kind=fruits`, {
        method: 'POST',
        headers: { 'x-caller': 'admin', 'content-type': 'text/csv', ...headers },
      })
      upload.on('error', () => undefined)
      return upload
    }
    const only = async () => (await service.call('GET', '/imports')).body.imports[0]
    const chunks = async () => (await database.executeSql('select 1 from import_chunks')).rows.length
    const rows = (count: number) => Array.from({ length: count }, (_, at) => `S${at},Fruit,${at}\n`).join('')

    test('are abandoned when the sender goes away half-way, and change nothing', async () => {
      const upload = begin()
      upload.write(`sku,name,grams\n${rows(1200)}`)
      await until(async () => (await only())?.rowsRead >= 1000)
      assert.equal((await only()).status, 'receiving')
      assert.equal(await chunks(), 2)
      upload.destroy()
      await until(async () => (await only()).status === 'abandoned')
      await sleep(300)
      assert.deepEqual([await readFruits(database), await chunks()], [[], 0])
      assert.doesNotMatch(service.logged(), /"fault"/)
    })

    test('are read while they come, and may take longer than other requests', async () => {
      const connected = once(service.server.server, 'connection')
      const upload = begin()
      const answered = once(upload, 'response')
      upload.write('sku,name,grams\nA,a,1\n')
      await until(async () => (await only()) !== undefined)
      const [socket] = await connected
      const late = Object.assign(new Error('too late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
      service.server.server.emit('clientError', late, socket) // as Node does after half a minute
      await sleep(100)
      upload.end('C,c,3\n')
      const [response] = await answered
      assert.equal(response.statusCode, 202)
      await until(async () => (await readFruits(database)).length === 2)
      service.server.server.emit('clientError', late, socket) // no request any more that may take long
      await until(() => socket.destroyed || socket.writableEnded)
    })

    test('are refused as soon as they are too large, by what they say or by what they are', async () => {
      const announced = begin({ 'content-length': String(1_048_577) })
      announced.flushHeaders()
      const [said] = await once(announced, 'response')
      assert.equal(said.statusCode, 413)
      announced.destroy()
      const upload = begin()
      const answered = once(upload, 'response')
      const piece = rows(5000)
      upload.write('sku,name,grams\n')
      for (let sent = 0; sent < 1_500_000; sent += piece.length) upload.write(piece)
      upload.end()
      const [response] = await answered
      assert.equal(response.statusCode, 413)
      assert.equal((await only()).status, 'abandoned')
      assert.deepEqual([await readFruits(database), await chunks()], [[], 0])
    })

    test('are answered early when they cannot be read further, though the sender goes on', async () => {
      const upload = begin()
      const answered = once(upload, 'response')
      upload.write('sku,name\nA,"')
      for (let sent = 0; sent < 8; sent += 1) upload.write('x'.repeat(65_536))
      const [response] = await answered
      assert.equal(response.statusCode, 202)
      upload.end()
      const report = (await service.call('GET', response.headers.location.slice(4))).body.import
      assert.equal(report.status, 'refused')
      assert.match(report.faults[0].reason, /^a row is longer than 256 KiB/)
    })

    test('are received four at a time, and a fifth is asked to wait', async () => {
      const uploads = Array.from({ length: 4 }, () => begin())
      for (const each of uploads) each.write('sku,name\n')
      await until(async () => (await service.call('GET', '/imports')).body.imports.length === 4)
      const { status, body } = await service.call('POST', '/imports?kind=fruits', { body: 'sku,name\nA,a\n' })
      assert.deepEqual([status, body.code, body.retryAfter], [503, 'import.too_many', 5])
      for (const each of uploads) each.destroy()
      await until(async () =>
        (await service.call('GET', '/imports')).body.imports.every(
          ({ status }: { status: string }) => status === 'abandoned',
        ),
      )
    })

    test('are given up when they have not moved for five minutes, and reports are kept for thirty days', async () => {
      const upload = begin()
      upload.write(`sku,name,grams\n${rows(501)}`)
      await until(async () => (await only())?.rowsRead === 500)
      clock.pass(299_000)
      await service.queue.stop()
      const { abandonImports, forgetOldImports } = await import('../../src/modules/imports/clean-up-imports.ts')
      const deps = { database, clock, telemetry: { abandoned: () => undefined } as never }
      await abandonImports(deps)
      assert.equal((await only()).status, 'receiving')
      clock.pass(2000)
      await abandonImports(deps)
      assert.equal((await only()).status, 'abandoned')
      upload.end(rows(1000))
      const [response] = await once(upload, 'response')
      assert.equal(response.statusCode, 409)
      assert.equal(await chunks(), 0)
      clock.pass(29 * 86_400_000)
      await forgetOldImports(deps)
      assert.equal((await only()).status, 'abandoned')
      clock.pass(86_400_000)
      await forgetOldImports(deps)
      assert.equal(await only(), undefined)
    })
  })
}
