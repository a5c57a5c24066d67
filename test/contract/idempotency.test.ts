import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { Problem } from '../../src/platform/http/problem.ts'
import { cleanUpIdempotency, idempotently } from '../../src/platform/idempotency/idempotently.ts'
import { hours, type SetClock, setClock } from '../support/clock.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'

for (const kind of databaseKinds) {
  describe(`idempotency on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let clock: SetClock
    before(async () => {
      database = await aDatabase(kind)
      await database.raw('create table done (what text)', [])
    })
    beforeEach(async () => {
      clock = setClock()
      await database.executeSql('truncate done, idempotency_keys')
    })
    after(() => database.end())

    const ask = (what: string, { key = 'k1' as string | null, principal = 'usr_1', fail = false } = {}) =>
      idempotently(
        { database, clock },
        { principal, key: key ?? undefined, request: { what, more: [1, { b: 1, a: 2 }] } },
        async (tx) => {
          await tx
            .insertInto('done' as never)
            .values({ what } as never)
            .execute()
          if (fail) throw new Error('no')
          return { status: 201, body: { what } }
        },
      )
    const done = async () =>
      (await database.raw('select what from done', [])).rows.map((row) => (row as { what: string }).what)
    const code = (error: unknown) => error instanceof Problem && error.code

    test('does the same request once, and gives its answer again', async () => {
      const first = { status: 201, body: { what: 'a' } }
      assert.deepEqual(await ask('a'), { ...first, isReplayed: false })
      assert.deepEqual(await ask('a'), { ...first, isReplayed: true })
      assert.deepEqual(await done(), ['a'])
    })

    test('knows the same request whatever the order of its fields', async () => {
      const work = async () => ({ status: 200, body: 1 })
      const by = (request: unknown) =>
        idempotently({ database, clock }, { principal: 'p', key: 'k', request }, work).then((each) => each.isReplayed)
      assert.equal(await by({ a: 1, b: { c: 2, d: 3 } }), false)
      assert.equal(await by({ b: { d: 3, c: 2 }, a: 1 }), true)
      await assert.rejects(by({ b: { d: 2, c: 3 }, a: 1 }), (error) => code(error) === 'idempotency.key_reused')
    })

    test('refuses another request under the same key, and lets others have keys of their own', async () => {
      await ask('a')
      await assert.rejects(ask('b'), (error) => code(error) === 'idempotency.key_reused')
      await ask('b', { key: 'k2' })
      await ask('b', { principal: 'usr_2' })
      assert.deepEqual(await done(), ['a', 'b', 'b'])
    })

    test('does it each time without a key', async () => {
      await ask('a', { key: null })
      await ask('a', { key: null })
      assert.deepEqual(await done(), ['a', 'a'])
    })

    test('remembers nothing of what failed', async () => {
      await assert.rejects(ask('a', { fail: true }), /no/)
      assert.equal((await ask('a')).isReplayed, false)
      assert.deepEqual(await done(), ['a'])
    })

    test('does it once when it comes twenty times at once', async () => {
      const answers = await Promise.allSettled(Array.from({ length: 20 }, () => ask('a')))
      assert.deepEqual(await done(), ['a'])
      const given = answers.filter((each) => each.status === 'fulfilled')
      assert.equal(given.filter(({ value }) => !value.isReplayed).length, 1)
      for (const each of answers)
        if (each.status === 'rejected') assert.equal(code(each.reason), 'idempotency.in_progress')
    })

    test('forgets after a day', async () => {
      await ask('a')
      clock.pass(hours(24) + 1)
      assert.equal((await ask('b')).isReplayed, false)
      clock.pass(hours(24) + 1)
      await cleanUpIdempotency({ database, clock })
      assert.deepEqual((await database.raw('select key from idempotency_keys', [])).rows, [])
    })

    test('refuses a key that is none', async () => {
      for (const key of ['', 'a b', 'ü', 'x'.repeat(201)])
        await assert.rejects(ask('a', { key }), (error) => code(error) === 'idempotency.key_invalid')
    })
  })
}
