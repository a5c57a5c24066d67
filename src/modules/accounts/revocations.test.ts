import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { minutes, setClock } from '../../../test/support/clock.ts'
import type { Revocation } from './revocation-queries.ts'
import { createRevocations } from './revocations.ts'

const claims = { userId: 'usr_1', sessionId: 'ses_1', version: 3 }
const ofUser = (version: number): Revocation => ({ kind: 'user', subject: 'usr_1', version })

function start(rows: Revocation[] = []) {
  const clock = setClock()
  const asked: unknown[] = []
  const raw = async (_sql: string, values: readonly unknown[]) => {
    asked.push(values[0])
    return { rows }
  }
  return { clock, asked, revocations: createRevocations({ raw }, clock) }
}

describe('revocations', () => {
  test('of a session cover its tokens, of a user those of earlier versions', () => {
    const { revocations } = start()
    assert.equal(revocations.covers(claims), false)
    revocations.add([ofUser(3)])
    assert.equal(revocations.covers(claims), false)
    revocations.add([ofUser(4)])
    assert.equal(revocations.covers(claims), true)
    assert.equal(revocations.covers({ ...claims, version: 4 }), false)
    revocations.add([ofUser(2)])
    assert.equal(revocations.covers(claims), true)
    revocations.add([{ kind: 'session', subject: 'ses_9', version: null }])
    assert.equal(revocations.covers({ userId: 'usr_9', sessionId: 'ses_9', version: 9 }), true)
  })

  test('are kept until the tokens that they cover have died, and not longer', async () => {
    const { revocations, clock } = start()
    revocations.add([{ kind: 'session', subject: 'ses_1', version: null }])
    clock.pass(minutes(15))
    await revocations.poll()
    assert.equal(revocations.covers(claims), true)
    clock.pass(minutes(10))
    await revocations.poll()
    assert.equal(revocations.covers(claims), false)
  })

  test('are read back to the life of a token at first, then as far as a late commit can be', async () => {
    const { revocations, asked } = start([ofUser(4)])
    assert.equal(revocations.areCurrent(), false)
    await Promise.all([revocations.poll(), revocations.poll()])
    await revocations.poll()
    assert.equal(asked.length, 2)
    assert.ok(Number(asked[0]) >= 20 * 60 && Number(asked[1]) >= 60 && Number(asked[1]) < 65)
    assert.ok(revocations.areCurrent() && revocations.covers(claims))
  })
})
