import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { aDatabase, postgresMissing, type TestDatabase } from '../support/databases.ts'
import { until } from '../support/queues.ts'
import { type StartedShop, startShop } from '../support/shop.ts'

const place = '/api/serviceability?lat=12.9784&lng=77.6408'

describe('two instances that serve from the same stores', { skip: postgresMissing }, () => {
  let database: TestDatabase
  let one: StartedShop
  let two: StartedShop
  before(async () => {
    database = await aDatabase({ name: 'PostgreSQL' })
    ;[one, two] = await Promise.all([startShop(database), startShop(database)])
  })
  after(async () => {
    await Promise.all([one.end(), two.end()])
    await database.end()
  })

  test('both see what one of them changed within a second, time after time', async () => {
    const token = await one.adminToken()
    const { id } = await one.addStore()
    const isTold = (shop: StartedShop, outcome: string) => async () =>
      (await shop.call('GET', place)).body.outcome === outcome
    const changes = [
      ['serviceable', undefined],
      ['paused', { status: 'paused', pauseReason: 'rain' }],
      ['serviceable', { status: 'open' }],
      ['store_closed', { status: 'closed' }],
      ['serviceable', { status: 'open' }],
    ] as const
    for (const [index, [outcome, body]] of changes.entries()) {
      const headers = { 'if-match': `"${index}"` }
      if (body) assert.equal((await one.call('PATCH', `/api/stores/${id}`, { token, body, headers })).status, 200)
      await Promise.all([until(isTold(one, outcome), 1000), until(isTold(two, outcome), 1000)])
    }
  })
})
