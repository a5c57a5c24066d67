import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { recountSearchWords } from '../../src/modules/catalog/recount-search-words.ts'
import { refreshProducts } from '../../src/modules/catalog/refresh-products.ts'
import { inTransaction } from '../../src/platform/database/in-transaction.ts'
import { insertCategory, insertProduct } from '../support/catalog.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'

for (const kind of databaseKinds) {
  describe(`words to offer on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let categoryId: string
    before(async () => {
      database = await aDatabase(kind)
      categoryId = (await insertCategory(database, { name: 'Food' })).id
    })
    after(() => database.end())
    const refresh = (productId: string) =>
      inTransaction(database.db, (tx) => refreshProducts({ changes: { note: async () => undefined } }, tx, [productId]))
    async function add(name: string): Promise<string> {
      const { productId } = await insertProduct(database, { categoryId, name })
      await refresh(productId)
      return productId
    }
    const archive = (id: string) => database.raw('update products set archived_at = now() where id = $1', [id])
    const frequencies = async (...words: string[]) => {
      const { rows } = await database.raw(
        'select word, frequency from search_words where word = any($1) order by word',
        [words],
      )
      return Object.fromEntries((rows as { word: string; frequency: number }[]).map((row) => [row.word, row.frequency]))
    }

    test('are counted by the products that are found by them', async () => {
      for (const name of ['Red Tomato', 'Tomatoes red red', 'Plum']) await add(name)
      await recountSearchWords({ database })
      assert.deepEqual(await frequencies('tomato', 'tomatoes', 'red', 'plum', 'food'), {
        food: 3,
        plum: 1,
        red: 2,
        tomato: 2,
        tomatoes: 2,
      })
    })

    test('go when they were in no product twice in a row, and stay when they came back in between', async () => {
      const [rye, oat] = [await add('Rye'), await add('Oat')]
      await archive(rye)
      await archive(oat)
      await recountSearchWords({ database })
      assert.deepEqual(await frequencies('rye', 'oat'), { oat: 0, rye: 0 })
      await add('Oat')
      assert.deepEqual(await frequencies('oat'), { oat: 1 })
      await recountSearchWords({ database })
      await recountSearchWords({ database })
      assert.deepEqual(await frequencies('rye', 'oat'), { oat: 1 })
    })

    test('are read by their key, and by their trigrams only for what looks like them, counted or not', async () => {
      const plan = async (condition: string) => {
        const { rows } = await database.raw(`explain select from search_words where ${condition}`, [])
        return JSON.stringify(rows)
      }
      await database.raw(
        `insert into search_words (word, stem) select md5(n::text), md5(n::text) from generate_series(1, 20000) as n`,
        [],
      )
      const byKey = `word = any (array(select md5(n::text) from generate_series(1, 500) as n))`
      assert.match(await plan(byKey), /_pkey/)
      await database.raw('vacuum analyze search_words', [])
      assert.match(await plan(byKey), /_pkey/)
      assert.match(await plan(`(word || '') % 'tomto'`), /search_words_trigrams/)
    })
  })
}
