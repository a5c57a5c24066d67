import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { StatementError } from '../../src/platform/database/statement-error.ts'
import { aDatabase, databaseKinds, type TestDatabase } from '../support/databases.ts'
import { aStore, levels, stockUp, variants } from '../support/stock.ts'

for (const kind of databaseKinds) {
  describe(`the tables of stock on ${kind.name}`, { skip: kind.skip }, () => {
    let database: TestDatabase
    let store: string
    let variant: string
    let other: string
    before(async () => {
      database = await aDatabase(kind)
    })
    after(() => database.end())
    beforeEach(async () => {
      store = (await aStore(database)).id
      ;[variant = '', other = ''] = await variants(database, 2)
      await stockUp(database, store, [variant, other], 10)
    })

    /** `$s` and `$v` stand for the store and the variant, `$o` for another variant. */
    const run = (sql: string) =>
      database.executeSql(
        sql.replaceAll('$s', `'${store}'`).replaceAll('$v', `'${variant}'`).replaceAll('$o', `'${other}'`),
      )
    async function refuses(constraint: string, sql: string) {
      const before = await levels(database, store)
      await assert.rejects(run(sql), ({ constraint: name, code }: StatementError) => {
        assert.equal(`${name} ${code.slice(0, 2)}`, `${constraint} 23`, sql)
        return true
      })
      assert.deepEqual(await levels(database, store), before)
    }
    const level = 'where store_id = $s and variant_id = $v'
    const movement = (number: number, before: number, quantity: number, how = 'count') =>
      `insert into stock_movements (store_id, variant_id, number, kind, on_hand_before, quantity, at)
       values ($s, $v, ${number}, '${how}', ${before}, ${quantity}, now())`
    /** A movement and its level in one statement, as it has to be. */
    const moved = (number: number, before: number, quantity: number, onHand: number, how = 'count') =>
      `with m as (${movement(number, before, quantity, how)}) update stock_levels set on_hand = ${onHand}, last_movement = ${number} ${level}`

    test('take a change with its movement', async () => {
      await run(moved(2, 10, -3, 7, 'damage'))
      assert.deepEqual((await levels(database, store))[0], { onHand: 7, reserved: 0, moved: 7 })
    })

    test('refuse less than nothing, and more reserved than there is', async () => {
      await refuses('stock_levels_reserved_is_there', `update stock_levels set reserved = 11 ${level}`)
      await refuses('stock_levels_reserved_is_there', `update stock_levels set reserved = -1 ${level}`)
      await refuses('stock_movements_on_hand_after_check', movement(2, 10, -11))
      await refuses('stock_levels_on_hand_in_range', moved(2, 10, 100_000_000, 100_000_010))
      await refuses('stock_levels_buffer_check', `update stock_levels set buffer = -1 ${level}`)
      await refuses('stock_levels_low_stock_at_check', `update stock_levels set low_stock_at = -1 ${level}`)
      await run(`update stock_levels set reserved = 4 ${level}`)
      await refuses('stock_levels_reserved_is_there', moved(2, 10, -7, 3))
    })

    test('refuse a change without its movement, or by another amount', async () => {
      await refuses('stock_levels_movements_add_up', `update stock_levels set on_hand = 9 ${level}`)
      await refuses('stock_levels_movements_add_up', `update stock_levels set on_hand = 9, last_movement = 2 ${level}`)
      await refuses('stock_levels_movements_add_up', moved(2, 10, -3, 8))
      await refuses('stock_levels_go_forward', `update stock_levels set on_hand = 0, last_movement = null ${level}`)
      await refuses(
        'stock_levels_begin_with_nothing',
        `insert into stock_levels (store_id, variant_id, on_hand, updated_at) select store_id, $v || 'x', 1, now()
          from stock_levels ${level}`,
      )
    })

    test('refuse a movement that is in no level', async () => {
      await refuses('stock_movements_are_in_level', movement(2, 10, 5))
      await refuses('stock_movements_are_in_level', `${movement(1, 0, 5)}`.replace('$v', "'var_other'"))
      await refuses('stock_movements_are_in_level', `begin; ${movement(2, 10, 5)}; ${moved(3, 15, 1, 16)}; commit`)
    })

    test('refuse a movement that does not begin where the one before ended', async () => {
      await refuses('stock_movements_follow_each_other', moved(2, 9, 1, 10))
      await refuses('stock_movements_follow_each_other', moved(3, 10, 1, 11))
      await refuses('stock_movements_pkey', moved(1, 0, 12, 12))
      await refuses('stock_movements_first_begins_with_nothing', `${moved(1, 4, 1, 5)}`.replace('$v', '$o'))
      await refuses('stock_movements_number_check', movement(0, 0, 1))
    })

    test('refuse to go back to an earlier movement', async () => {
      await run(moved(2, 10, 5, 15))
      await refuses('stock_levels_go_forward', `update stock_levels set on_hand = 10, last_movement = 1 ${level}`)
    })

    test('refuse a movement that is nothing, of no kind, or against its kind', async () => {
      await refuses('stock_movements_quantity_check', moved(2, 10, 0, 10))
      await refuses('stock_movements_kind_check', moved(2, 10, 1, 11, 'gift'))
      for (const how of ['inward', 'return']) await refuses('stock_movements_sign', moved(2, 10, -1, 9, how))
      for (const how of ['sale', 'damage', 'expiry']) await refuses('stock_movements_sign', moved(2, 10, 1, 11, how))
    })

    test('refuse that movements are changed or deleted, and that levels are deleted', async () => {
      await refuses('stock_movements_stay', `update stock_movements set reason = 'x' ${level}`)
      await refuses('stock_movements_stay', `delete from stock_movements ${level}`)
      await refuses('stock_movements_stay', 'truncate stock_movements cascade')
      await refuses('stock_levels_stay', `delete from stock_levels ${level}`)
      await refuses('stock_levels_stay', 'truncate stock_levels')
    })

    test('refuse a level of a store or variant that is not there', async () => {
      const insert = (storeId: string, variantId: string) =>
        `insert into stock_levels (store_id, variant_id, updated_at) values (${storeId}, ${variantId}, now())`
      await refuses('stock_levels_store_fkey', insert("'sto_none'", '$v'))
      await refuses('stock_levels_variant_fkey', insert('$s', "'var_none'"))
    })

    test('refuse reservations that end twice, without a reason, or twice for one order', async () => {
      const id = `rsv_${store}`.slice(0, 40)
      await run(`insert into reservations (id, store_id, reference, expires_at, created_at) values ('${id}', $s, $s, now(), now());
        insert into reservation_lines (reservation_id, variant_id, quantity) values ('${id}', $v, 2)`)
      const set = (columns: string) => `update reservations set ${columns} where id = '${id}'`
      const twice = `insert into reservations (id, store_id, reference, expires_at, created_at) values ('rsv_' || $v, $s, $s, now(), now())`
      await refuses('reservations_settled_in_the_end', set(`status = 'consumed'`))
      await refuses('reservations_settled_in_the_end', set('settled_at = now()'))
      await refuses('reservations_release_has_reason', set(`status = 'released', settled_at = now()`))
      await refuses('reservations_release_has_reason', set(`release_reason = 'x'`))
      await refuses('reservations_status_check', set(`status = 'lost'`))
      await refuses('reservations_reference', twice)
      const lines = (columns: string) => `update reservation_lines set ${columns} where reservation_id = '${id}'`
      await refuses('reservation_lines_released_were_held', lines('released = 3'))
      await refuses('reservation_lines_released_were_held', lines('released = -1'))
      await refuses('reservation_lines_quantity_check', lines('quantity = 0'))
      await refuses(
        'reservation_lines_reservation_id_fkey',
        `insert into reservation_lines (reservation_id, variant_id, quantity) values ('rsv_none', $v, 1)`,
      )
      await run(set(`status = 'released', settled_at = now(), release_reason = 'x'`))
      await run(twice)
    })
  })
}
