import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type StartedAccounts, secretKey, startAccounts } from '../../../test/support/accounts.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../../../test/support/databases.ts'

for (const kind of databaseKinds) {
  describe(`commands of operators on ${kind.name}`, { skip: kind.skip }, () => {
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
    const run = (...command: string[]) => service.accounts.runCommand(command)

    test('name the first admin before he ever signed in, and take the role away again', async () => {
      const [line] = await run('admin', 'grant', '98765 43210', 'admin')
      assert.match(String(line), /^\+9198•••••210 \(usr_\w+\) has these roles now: customer, admin$/)
      const { user, isNewUser, accessToken } = await service.signIn('9876543210')
      assert.deepEqual([user.roles, isNewUser], [['customer', 'admin'], false])
      await run('admin', 'grant', '+919876543210')
      assert.deepEqual((await service.signIn('9876543210')).user.roles, ['customer', 'admin'])
      await run('admin', 'revoke', '9876543210')
      await run('admin', 'revoke', '9876543210', 'customer')
      assert.deepEqual((await service.signIn('9876543210')).user.roles, ['customer'])
      assert.ok(accessToken)
    })

    test('list and rotate the signing keys, and show no key', async () => {
      const [first, ...none] = await run('keys', 'list')
      assert.match(String(first), /^key_\w+ {2}made .*Z {2}signs$/)
      assert.deepEqual(none, [])
      const [said] = await run('keys', 'rotate')
      const [current, retired] = await run('keys', 'list')
      assert.ok(said?.startsWith(String(current?.split(' ')[0])))
      assert.ok(retired?.startsWith(String(first?.split(' ')[0])) && retired.includes('retired'))
      const all = [first, said, current, retired].join()
      assert.ok(!all.includes(secretKey.reveal()) && all.length < 400)
    })

    test('say how they are used when they are used otherwise', async () => {
      const wrong = [
        [],
        ['admin'],
        ['admin', 'grant', '9876543210', 'king'],
        ['admin', 'grant', '12', 'admin'],
        ['admin', 'revoke', '9876543219', 'admin'],
        ['admin', 'grant', '9876543210', 'admin', 'x'],
        ['keys'],
        ['keys', 'drop'],
        ['keys', 'rotate', 'x'],
      ]
      for (const command of wrong) await assert.rejects(async () => run(...command), { name: 'CannotStart' })
    })
  })
}
