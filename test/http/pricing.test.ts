import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { newId } from '../../src/platform/ids.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { aPricedLine } from '../support/pricing.ts'
import { until } from '../support/queues.ts'
import { inParallel, statuses } from '../support/service.ts'
import { type StartedShop, startShop } from '../support/shop.ts'

const subjects = [
  {
    path: '/api/fee-rules',
    one: 'feeRule',
    all: 'feeRules',
    prefix: 'fee',
    notFound: 'fee_rule.not_found',
    body: { kind: 'deliveryFee', amountPaise: 2500, itemsBelowPaise: 19_900 },
    whole: {
      storeId: null,
      kind: 'deliveryFee',
      amountPaise: 2500,
      itemsFromPaise: null,
      itemsBelowPaise: 19_900,
      window: null,
      explanation: null,
      position: 0,
      isActive: true,
    },
    change: {
      amountPaise: 0,
      itemsBelowPaise: null,
      window: { from: '23:00', to: '06:00' },
      explanation: 'Free at night',
    },
  },
  {
    path: '/api/coupons',
    one: 'coupon',
    all: 'coupons',
    prefix: 'cpn',
    notFound: 'coupon.not_found',
    body: { code: ' save20', discountPaise: 2000, startsAt: '2026-01-26T00:00:00+05:30' },
    whole: {
      code: 'SAVE20',
      storeId: null,
      discountBasisPoints: null,
      discountPaise: 2000,
      maximumDiscountPaise: null,
      minimumItemsPaise: 0,
      isForFirstOrder: false,
      totalLimit: null,
      customerLimit: null,
      explanation: null,
      isActive: true,
      startsAt: '2026-01-25T18:30:00.000Z',
      endsAt: null,
      uses: 0,
    },
    change: {
      discountPaise: null,
      discountBasisPoints: 5000,
      maximumDiscountPaise: 10_000,
      startsAt: null,
      totalLimit: 5,
    },
  },
] as const

for (const kind of databaseKinds) {
  describe(`prices for operators on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let shop: StartedShop
    let token: string
    before(async () => {
      database = await aDatabase(kind)
      shop = await startShop(database)
      token = await shop.adminToken()
    })
    beforeEach(() => database.executeSql('delete from coupon_uses; delete from coupons; delete from fee_rules'))
    after(async () => {
      await shop.end()
      await database.end()
    })

    const add = (path: string, body: unknown, headers: Record<string, string> = {}) =>
      shop.call('POST', path, { token, body, headers })
    const see = (path: string, as = token) => shop.call('GET', path, { token: as })
    const change = (path: string, version: number, body: unknown, as = token) =>
      shop.call('PATCH', path, { token: as, body, headers: { 'if-match': `"${version}"` } })
    const archive = (path: string, version: number, as = token) =>
      shop.call('DELETE', path, { token: as, headers: { 'if-match': `"${version}"` } })

    for (const { path, one, all, prefix, notFound, body, whole, change: fields } of subjects) {
      test(`${all} are kept as they were written, with what is usual where nothing was said`, async () => {
        const wrong = await add(path, { ...body, id: 'x', totalLimits: 1, itemsFrom: 9 })
        assert.deepEqual(
          [wrong.status, wrong.body.faults],
          [400, ['id', 'totalLimits', 'itemsFrom'].map((name) => `${name} is not known`)],
        )
        const added = await add(path, body)
        assert.deepEqual([added.status, added.headers['etag']], [201, '"1"'])
        const { id, createdAt, updatedAt, ...rest } = added.body[one]
        assert.ok(id.startsWith(`${prefix}_`) && createdAt === updatedAt)
        assert.deepEqual(rest, { ...whole, version: 1, archivedAt: null })
        const seen = await see(`${path}/${id}`)
        assert.deepEqual([seen.headers['etag'], seen.body], ['"1"', added.body])
        assert.deepEqual((await see(path)).body, { success: true, [all]: [added.body[one]], nextCursor: null })
      })

      test(`${all} change in what is named, from the version that was seen and no other`, async () => {
        const added = await add(path, body)
        const { id } = added.body[one]
        const changed = await change(`${path}/${id}`, 1, fields)
        assert.deepEqual([changed.status, changed.headers['etag']], [200, '"2"'])
        const { createdAt, updatedAt, ...rest } = changed.body[one]
        assert.deepEqual(rest, { ...whole, ...fields, id, version: 2, archivedAt: null })
        assert.deepEqual((await see(`${path}/${id}`)).body, changed.body)
        assert.equal((await change(`${path}/${id}`, 2, { ...fields, uses: 9 })).status, 400)
        const stale = await change(`${path}/${id}`, 1, { isActive: false })
        assert.deepEqual([stale.status, stale.body.code], [412, 'edit.conflict'])
        const blind = await shop.call('PATCH', `${path}/${id}`, { token, body: { isActive: false } })
        assert.deepEqual([blind.status, blind.body.code], [428, 'edit.version_required'])
        const answers = await inParallel(6, () => change(`${path}/${id}`, 2, { isActive: false }))
        assert.deepEqual(statuses(answers), { 200: 1, 412: 5 })
      })

      test(`${all} are archived and brought back, and never deleted`, async () => {
        const { id } = (await add(path, body)).body[one]
        assert.equal((await archive(`${path}/${id}`, 7)).status, 412)
        assert.equal((await shop.call('DELETE', `${path}/${id}`, { token })).status, 428)
        assert.deepEqual((await archive(`${path}/${id}`, 1)).body, { success: true })
        assert.deepEqual((await see(path)).body[all], [])
        assert.equal((await see(`${path}?archived=true`)).body[all][0].id, id)
        assert.equal((await archive(`${path}/${id}`, 2)).status, 200)
        const back = await change(`${path}/${id}`, 2, { archived: false })
        assert.deepEqual([back.status, back.body[one].archivedAt, back.body[one].version], [200, null, 3])
        assert.equal((await change(`${path}/${id}`, 3, { archived: true })).status, 400)
      })

      test(`${all} are one for an Idempotency-Key, however often it is sent`, async () => {
        const headers = { 'idempotency-key': newId('key') }
        const first = await add(path, body, headers)
        const again = await add(path, body, headers)
        assert.deepEqual([again.status, again.body, again.headers['idempotency-replayed']], [201, first.body, 'true'])
        const other = await add(path, { ...body, explanation: 'Other' }, headers)
        assert.deepEqual([other.status, other.body.code], [422, 'idempotency.key_reused'])
        assert.equal((await see(path)).body[all].length, 1)
      })

      test(`${all} are for admins alone, and those that never were are not found`, async () => {
        const { id } = (await add(path, body)).body[one]
        const { id: storeId } = await shop.addStore({ code: newId('x').slice(-10).toUpperCase() })
        const [customer, manager] = [await shop.customerToken(), await shop.managerToken(storeId)]
        for (const [as, status] of [
          [customer, 403],
          [manager, 403],
          ['nonsense', 401],
        ] as const) {
          assert.equal((await see(path, as)).status, status)
          assert.equal((await see(`${path}/${id}`, as)).status, status)
          assert.equal((await shop.call('POST', path, { token: as, body })).status, status)
          assert.equal((await change(`${path}/${id}`, 1, { isActive: false }, as)).status, status)
          assert.equal((await archive(`${path}/${id}`, 1, as)).status, status)
        }
        const none = `${path}/${newId(prefix)}`
        for (const { status, body: refusal } of [
          await see(none),
          await change(none, 1, { isActive: false }),
          await archive(none, 1),
        ])
          assert.deepEqual([status, refusal.code], [404, notFound])
        assert.equal((await see(`${path}/'; drop table coupons`)).status, 400)
        const foreign = await change(`${path}/${id}`, 1, { storeId: newId('sto') })
        assert.deepEqual([foreign.status, foreign.body.code], [409, 'pricing.store_unknown'])
      })
    }

    test('fee rules come by kind and position, page by page, of a store, of a kind', async () => {
      const { id: storeId } = await shop.addStore({ code: 'FEES' })
      const rule = async (fields: object) =>
        (await add('/api/fee-rules', { amountPaise: 100, ...fields })).body.feeRule.id
      const third = await rule({ kind: 'surgeFee', storeId })
      const second = await rule({ kind: 'handlingCharge', position: 3 })
      const first = await rule({ kind: 'handlingCharge', position: 1 })
      const ids = async (query: string) =>
        (await see(`/api/fee-rules${query}`)).body.feeRules.map(({ id }: { id: string }) => id)
      assert.deepEqual(await ids(''), [first, second, third])
      const { feeRules, nextCursor } = (await see('/api/fee-rules?limit=1')).body
      assert.deepEqual([feeRules.length, await ids(`?limit=2&cursor=${nextCursor}`)], [1, [second, third]])
      assert.deepEqual(await ids(`?storeId=${storeId}`), [third])
      assert.deepEqual(await ids('?kind=handlingCharge'), [first, second])
      for (const query of ['kind=tax', 'storeId=x', 'archived=1', 'limit=0', 'cursor=x'])
        assert.equal((await see(`/api/fee-rules?${query}`)).status, 400, query)
    })

    test('coupons come by code, page by page, one by its code however it is typed', async () => {
      for (const code of ['BBB', 'aaa', 'CCC']) await add('/api/coupons', { code, discountPaise: 1 })
      const codes = async (query: string) =>
        (await see(`/api/coupons${query}`)).body.coupons.map(({ code }: { code: string }) => code)
      const { nextCursor } = (await see('/api/coupons?limit=2')).body
      assert.deepEqual([await codes('?limit=2'), await codes(`?cursor=${nextCursor}`)], [['AAA', 'BBB'], ['CCC']])
      assert.deepEqual(await codes('?code=%20bbb'), ['BBB'])
      assert.equal((await see('/api/coupons?code=a_b')).status, 400)
    })

    test('what was kept under an older rule for texts is shown as it is', async () => {
      for (const { path, one, all, body } of subjects) {
        const { id } = (await add(path, body)).body[one]
        await database.raw(`update ${path.slice(5).replace('-', '_')} set explanation = 'a\u200bb' where id = $1`, [id])
        const [single, list] = [await see(`${path}/${id}`), await see(path)]
        assert.deepEqual([single.body[one]?.explanation, list.body[all]?.[0].explanation], ['a\u200bb', 'a\u200bb'])
      }
    })

    test('a rule is charged by within a second of being added', async () => {
      const total = async () => {
        const lines = [aPricedLine({ pricePaise: 10_000 })]
        const input = { storeId: newId('sto'), lines, couponCode: null, tipPaise: 0, userId: null }
        return (await shop.pricing.quote(database.db, input)).bill.toPayPaise
      }
      await until(async () => (await total()) === 10_000, 2000)
      const { id } = (await add('/api/fee-rules', subjects[0].body)).body.feeRule
      await until(async () => (await total()) === 12_500, 1000)
      await archive(`/api/fee-rules/${id}`, 1)
      await until(async () => (await total()) === 10_000, 1000)
    })

    test('a code is that of one coupon, until that is archived', async () => {
      const path = '/api/coupons'
      const answers = await inParallel(6, () => add(path, { code: 'wanted', discountPaise: 100 }))
      assert.deepEqual(statuses(answers), { 201: 1, 409: 5 })
      assert.equal(answers.find(({ status }) => status === 409)?.body.code, 'coupon.code_taken')
      const { id } = answers.find(({ status }) => status === 201)?.body.coupon ?? {}
      const other = (await add(path, { code: 'other', discountPaise: 100 })).body.coupon
      assert.equal((await change(`${path}/${other.id}`, 1, { code: 'Wanted' })).body.code, 'coupon.code_taken')
      await archive(`${path}/${id}`, 1)
      assert.equal((await change(`${path}/${other.id}`, 1, { code: 'Wanted' })).status, 200)
      assert.equal((await change(`${path}/${id}`, 2, { archived: false })).body.code, 'coupon.code_taken')
    })

    test('a coupon shows its uses, which no limit may be below', async () => {
      const { id } = (await add('/api/coupons', { code: 'USED', discountPaise: 100, totalLimit: 5 })).body.coupon
      const path = `/api/coupons/${id}`
      await database.raw('update coupons set uses = 3 where id = $1', [id])
      assert.deepEqual([(await see(path)).body.coupon.uses, (await see('/api/coupons')).body.coupons[0].uses], [3, 3])
      const refused = await change(path, 1, { totalLimit: 2 })
      assert.deepEqual([refused.status, refused.body.code], [409, 'coupon.limit_below_uses'])
      assert.equal((await change(path, 1, { totalLimit: 3 })).status, 200)
    })

    test('what cannot be is refused with sentences that say what is wrong', async () => {
      const rule = { kind: 'surgeFee', amountPaise: 100 }
      const coupon = { code: 'WRONG', discountPaise: 100 }
      const wrong: [string, object, RegExp][] = [
        ['/api/fee-rules', {}, /kind.*amountPaise|amountPaise.*kind/],
        ['/api/fee-rules', { ...rule, kind: 'tax' }, /kind must/],
        ['/api/fee-rules', { ...rule, amountPaise: -1 }, /amountPaise must be >= 0/],
        ['/api/fee-rules', { ...rule, amountPaise: 1.5 }, /amountPaise must be integer/],
        ['/api/fee-rules', { ...rule, itemsFromPaise: 500, itemsBelowPaise: 500 }, /itemsFromPaise must be below/],
        ['/api/fee-rules', { ...rule, window: { from: '23:00', to: '23:00' } }, /window must not end as it begins/],
        ['/api/fee-rules', { ...rule, window: { from: '24:00', to: '06:00' } }, /window/],
        ['/api/fee-rules', { ...rule, window: { from: '23:00' } }, /window/],
        ['/api/fee-rules', { ...rule, explanation: ' ' }, /explanation/],
        ['/api/coupons', { discountPaise: 100 }, /code/],
        ['/api/coupons', { ...coupon, code: 'A B' }, /code is not well formed: Letters, digits and hyphens/],
        ['/api/coupons', { ...coupon, startsAt: '2026-02-30T00:00:00Z' }, /startsAt is not well formed: .* such as 20/],
        ['/api/coupons', { ...coupon, endsAt: '2026-02-29T23:59:00+05:30' }, /endsAt is not well formed/],
        ['/api/coupons', { ...coupon, endsAt: '2026-06-30T23:59:60Z' }, /endsAt is not well formed/],
        ['/api/coupons', { code: 'WRONG' }, /a discountBasisPoints or a discountPaise/],
        ['/api/coupons', { ...coupon, discountBasisPoints: 100 }, /and not both/],
        ['/api/coupons', { ...coupon, maximumDiscountPaise: 100 }, /for a discountBasisPoints only/],
        ['/api/coupons', { code: 'WRONG', discountBasisPoints: 10_001 }, /discountBasisPoints/],
        ['/api/coupons', { ...coupon, startsAt: '2026-01-26' }, /startsAt/],
        [
          '/api/coupons',
          { ...coupon, startsAt: '2026-02-01T00:00Z', endsAt: '2026-01-01T00:00Z' },
          /endsAt must be after/,
        ],
        ['/api/coupons', { ...coupon, totalLimit: 0 }, /totalLimit/],
      ]
      for (const [path, body, sentence] of wrong) {
        const answer = await add(path, body)
        assert.deepEqual([answer.status, answer.body.code], [400, 'pricing.invalid'], JSON.stringify(body))
        assert.match(answer.body.faults.join('; '), sentence, JSON.stringify(body))
      }
      for (const { path } of subjects)
        for (const body of [undefined, null, [], 'x', 7]) assert.equal((await add(path, body)).status, 400)
    })
  })
}
