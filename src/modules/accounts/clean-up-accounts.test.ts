import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { numbersFrom, type StartedAccounts, secretKey, startAccounts } from '../../../test/support/accounts.ts'
import { hours } from '../../../test/support/clock.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../../../test/support/databases.ts'
import { listKeys, rotateKeys } from './manage-keys.ts'

const day = hours(24)

for (const kind of databaseKinds) {
  describe(`clean-up on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let service: StartedAccounts
    before(async () => {
      database = await aDatabase(kind)
      service = await startAccounts(database)
    })
    after(async () => {
      await service.end()
      await database.end()
    })
    const aNumber = numbersFrom(9_878_000_000)
    const count = async (sql: string, values: unknown[] = []) => {
      const { rows } = await database.raw(`select count(*) as count from ${sql}`, values)
      return (rows[0] as { count: number }).count
    }

    test('leaves what lives: sessions, their devices, keys whose tokens may live', async () => {
      const { refreshToken, user } = await service.signIn(aNumber())
      await rotateKeys({ database, clock: service.clock, secretKey })
      service.clock.pass(29 * day)
      await service.accounts.cleanUp()
      assert.equal(await count('sessions where user_id = $1', [user.id]), 1)
      assert.equal(await count('devices where user_id = $1', [user.id]), 1)
      assert.equal((await service.call('POST', '/api/auth/refresh', { body: { refreshToken } })).status, 200)
      assert.equal((await listKeys({ database, clock: service.clock })).length, 1)
    })

    test('deletes sessions dead for 30 days, nameless devices without one, and revocations of an hour ago', async () => {
      const number = aNumber()
      const nameless = await service.signIn(number)
      await service.signIn(number, { id: 'install-0123456789' })
      await service.call('POST', '/api/auth/logout', { token: nameless.accessToken })
      await database.raw(`update revocations set at = at - interval '61 minutes'`, [])
      service.clock.pass(61 * day)
      await service.accounts.cleanUp()
      assert.equal(await count('sessions where user_id = $1', [nameless.user.id]), 0)
      assert.equal(await count('devices where user_id = $1', [nameless.user.id]), 1)
      assert.equal(await count('revocations'), 0)
      service.clock.pass(400 * day)
      await service.accounts.cleanUp()
      assert.equal(await count('devices where user_id = $1', [nameless.user.id]), 0)
      assert.equal(await count('users where id = $1', [nameless.user.id]), 1)
      assert.equal(await count('signing_keys'), 1)
    })
  })
}
