import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { numbersFrom, type StartedAccounts, startAccounts } from '../support/accounts.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'

const home = { label: 'Home', lines: ['12, 4th Cross', 'Indiranagar'], pincode: '560038' }
interface Listed {
  id: string
  label: string
  isDefault: boolean
}

for (const kind of databaseKinds) {
  describe(`addresses on ${kind.name}`, { skip: kind.skip }, () => {
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
    const aNumber = numbersFrom(9_876_700_000)
    async function aCustomer() {
      const { accessToken: token } = await service.signIn(aNumber())
      return {
        token,
        add: (body: unknown) => service.call('POST', '/api/me/addresses', { token, body }),
        change: (id: string, body: unknown) => service.call('PATCH', `/api/me/addresses/${id}`, { token, body }),
        remove: (id: string) => service.call('DELETE', `/api/me/addresses/${id}`, { token }),
        list: async (): Promise<Listed[]> => (await service.call('GET', '/api/me/addresses', { token })).body.addresses,
      }
    }
    const defaults = (addresses: Listed[]) => addresses.filter(({ isDefault }) => isDefault).map(({ label }) => label)

    test('are kept as they were written, tidied', async () => {
      const { add, list } = await aCustomer()
      const { status, body } = await add({
        ...home,
        lines: [' 12, 4th Cross ', ' Indiranagar'],
        landmark: 'Opposite the park',
        point: { lat: 12.9784, lng: 77.6408 },
        instructions: null,
      })
      assert.equal(status, 201)
      const { id, ...address } = body.address
      assert.match(id, /^adr_/)
      assert.deepEqual(address, {
        ...home,
        landmark: 'Opposite the park',
        point: { lat: 12.9784, lng: 77.6408 },
        instructions: null,
        isDefault: true,
      })
      assert.deepEqual(await list(), [body.address])
    })

    test('refuse whatever of a body an address does not have', async () => {
      const thief = await aCustomer()
      const victim = await service.signIn(aNumber())
      const planted = { user_id: victim.user.id, id: 'adr_zzzzzzzzzz', is_default: true, created_at: 'x', nothing: 1 }
      const { id } = (await thief.add(home)).body.address
      for (const { status, body } of [await thief.add({ ...home, ...planted }), await thief.change(id, planted)])
        assert.deepEqual([status, body.fields], [400, ['body.user_id']])
      assert.deepEqual(
        (await thief.list()).map((address) => [address.id, address.label]),
        [[id, home.label]],
      )
      const { body } = await service.call('GET', '/api/me/addresses', { token: victim.accessToken })
      assert.deepEqual(body.addresses, [])
    })

    test('have one default: the first, then the one that was named, then the latest of those left', async () => {
      const { add, change, remove, list } = await aCustomer()
      const [first, office, third] = [
        (await add(home)).body.address,
        (await add({ ...home, label: 'Office', isDefault: true })).body.address,
        (await add({ ...home, label: 'Parents' })).body.address,
      ]
      assert.deepEqual([first.isDefault, office.isDefault, third.isDefault], [true, true, false])
      assert.deepEqual(defaults(await list()), ['Office'])
      assert.equal((await change(first.id, { isDefault: true })).body.address.isDefault, true)
      assert.deepEqual(defaults(await list()), ['Home'])
      assert.equal((await remove(first.id)).status, 200)
      assert.deepEqual(defaults(await list()), ['Parents'])
      await remove(office.id)
      await remove(third.id)
      assert.deepEqual(await list(), [])
      assert.equal((await add(home)).body.address.isDefault, true)
    })

    test('change in what is named and stay in the rest', async () => {
      const { add, change } = await aCustomer()
      const { address } = (await add({ ...home, landmark: 'Park', point: { lat: 1, lng: 2 } })).body
      const { body } = await change(address.id, { label: 'Flat', landmark: null })
      assert.deepEqual(body.address, { ...address, label: 'Flat', landmark: null })
      assert.equal((await change(address.id, { point: null })).body.address.point, null)
      assert.equal((await change(address.id, { isDefault: false })).status, 400)
    })

    test('are nobody else’s to see, change or delete', async () => {
      const [owner, stranger] = [await aCustomer(), await aCustomer()]
      const { id } = (await owner.add(home)).body.address
      await stranger.add(home)
      for (const answer of [await stranger.change(id, { isDefault: true }), await stranger.remove(id)])
        assert.deepEqual([answer.status, answer.body.code], [404, 'address.not_found'])
      assert.equal((await owner.list()).length, 1)
      assert.equal(defaults(await stranger.list()).length, 1)
    })

    test('are at most twenty', async () => {
      const { add, list, remove } = await aCustomer()
      for (let count = 0; count < 20; count += 1) assert.equal((await add(home)).status, 201)
      const { status, body } = await add(home)
      assert.deepEqual([status, body.code], [409, 'address.too_many'])
      await remove((await list())[0]?.id ?? '')
      assert.equal((await add(home)).status, 201)
    })

    test('that are none are refused', async () => {
      const { add, list } = await aCustomer()
      const wrong = [
        { pincode: '012345' },
        { pincode: '56003' },
        { pincode: 560038 },
        { pincode: '５６００３８' },
        { label: '' },
        { label: ' ' },
        { label: 'x'.repeat(41) },
        { label: 'a\u0000' },
        { label: '\u202eemoH' },
        { lines: ['12\u200b3'] },
        { lines: [] },
        { lines: 'one' },
        { lines: ['1', '2', '3', '4', '5'] },
        { lines: ['ok', ' '] },
        { point: { lat: 91, lng: 0 } },
        { point: { lat: 1 } },
        { point: { lat: '1', lng: 2 } },
        { instructions: 'x'.repeat(301) },
        { isDefault: 'yes' },
      ]
      for (const fields of wrong) assert.equal((await add({ ...home, ...fields })).status, 400, JSON.stringify(fields))
      assert.equal((await add(undefined)).status, 400)
      assert.deepEqual(await list(), [])
    })
  })
}
