import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { KnownWord } from '../../src/modules/catalog/search.ts'
import type { SearchFront } from '../../src/modules/catalog/search-front.ts'
import { findInOrder, findsAny } from '../../src/modules/catalog/search-in-order.ts'
import { readFrontEnds } from '../../src/modules/catalog/search-queries.ts'
import { insertCategory, insertStore } from '../support/catalog.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'

const none: SearchFront = { of: async () => ({ ends: [], products: 0 }) }

const word = (stem: string, frequency: number, completions: string[] = []): KnownWord => ({
  typed: stem,
  meanings: [[stem]],
  completions: completions.map((each) => [each]),
  frequency,
})

for (const kind of databaseKinds)
  describe(`finding in order on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let storeId = ''
    before(async () => {
      database = await aDatabase(kind)
      storeId = await insertStore(database)
      const { id } = await insertCategory(database)
      const other = await insertStore(database)
      // Words in every combination of fields; several of a rank; a fifth sold out.
      await database.raw(
        `insert into products (id, category_id, name, created_at, updated_at)
         select 'prd_' || lpad(n::text, 6, '0'), $1, 'P' || n, now(), now() from generate_series(1, 120) as n`,
        [id],
      )
      await database.raw(
        `insert into shelf_items (store_id, product_id, category_1, name, rank, price_paise, is_in_stock, search, card)
         select store, 'prd_' || lpad(n::text, 6, '0'), $1, 'P' || n, (n * 7919) % 97, (n * 104729) % 1009, n % 5 > 0,
           (case n % 4 when 0 then '''milk'':1A' when 1 then '''milk'':1B' when 2 then '''milk'':1C' else '''milk'':1D' end
            || case n % 7 when 0 then ' ''amul'':2A' when 1 then ' ''amul'':2B' when 2 then ' ''amul'':2C' when 3 then ' ''amul'':2D' else '' end
            || case n % 11 when 0 then ' ''milkshak'':3A' when 1 then ' ''milkshak'':3B' else '' end)::tsvector, '{}'
         from generate_series(1, 120) as n, unnest($2::text[]) as store`,
        [id, [storeId, other]],
      )
    })
    after(() => database.end())

    const queries: [string, KnownWord[]][] = [
      ['one word', [word('milk', 300_000)]],
      ['a word with completions', [word('amul', 200_000), word('milk', 300_000, ['milkshak'])]],
      ['two words', [word('milk', 300_000), word('amul', 200_000)]],
      ['a word that nothing has', [word('milk', 300_000), word('xyz', 300_000)]],
      ['a word that is not counted', [word('amul', 0)]],
    ]
    for (const [name, words] of queries)
      for (const wanted of ['all', 'most'] as const)
        test(`gives the same by ${wanted} of ${name}, whether it begins at the front or not, in pages of any size`, async () => {
          const ends = await readFrontEnds(database, storeId, [10, 20, 40, 70, 90])
          assert.equal(ends.length, 5)
          const front: SearchFront = { of: async () => ({ ends, products: 1_000_000 }) }
          for (const sort of ['rank', 'price'] as const)
            for (const isInStock of sort === 'rank' ? [false, true] : [false]) {
              const input = { words, wanted, filter: { storeId, isInStock }, sort, limit: 1000 }
              const whole = await findInOrder({ database, front: none }, input)
              const ids = whole.map(({ productId }) => productId)
              assert.equal(new Set(ids).size, ids.length)
              const best = whole.map(({ fit }) => fit)
              assert.deepEqual(best, [...best].sort())
              for (const limit of [7, 30]) {
                const paged: string[] = []
                for (;;) {
                  const after = whole[paged.length - 1]
                  const page = await findInOrder({ database, front }, { ...input, after, limit })
                  paged.push(...page.map(({ productId }) => productId))
                  if (page.length < limit) break
                }
                assert.deepEqual(paged, ids, `${sort} ${isInStock} ${limit}`)
              }
            }
        })

    test('knows whether anything has all of the words, wherever they stand and however often they were counted', async () => {
      const ends = await readFrontEnds(database, storeId, [10, 20, 40, 70, 90])
      const finds = (...words: KnownWord[]) =>
        findsAny(
          { database, front: { of: async () => ({ ends, products: 1_000_000 }) } },
          { words, filter: { storeId, isInStock: false } },
        )
      for (const frequency of [0, 300_000]) {
        assert.equal(await finds(word('milk', frequency), word('amul', frequency)), true)
        assert.equal(await finds(word('xyz', frequency, ['milkshak'])), true)
        assert.equal(await finds(word('milk', frequency), word('xyz', frequency)), false)
      }
    })
  })
