import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { connectDatabase } from '../../src/platform/database/connect-database.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { Unavailable } from '../../src/platform/unavailable.ts'
import { numbersFrom, type StartedAccounts, startAccounts } from '../support/accounts.ts'
import { anEmptyDatabase, postgresMissing, settingsFor } from '../support/databases.ts'
import { inParallel } from '../support/service.ts'
import { allowed } from '../support/time-limits.ts'

/** A way to the database that can be cut, also in the middle of an answer. */
async function aWay(to: URL) {
  const sockets = new Set<Socket>()
  const server: Server = createServer((client) => {
    const upstream = connect(Number(to.port || 5432), to.hostname)
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket)
      socket.pipe(other)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
  })
  const open = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as { port: number }).port
  }
  const port = await open(0)
  const url = new URL(to)
  url.host = `127.0.0.1:${port}`
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: url.href,
    cut,
    async close() {
      const closed = once(server, 'close')
      server.close()
      cut()
      await closed
    },
    reopen: () => open(port),
  }
}

describe('accounts while PostgreSQL is away', { skip: postgresMissing }, () => {
  let empty: Awaited<ReturnType<typeof anEmptyDatabase>>
  let way: Awaited<ReturnType<typeof aWay>>
  let database: Database
  let service: StartedAccounts
  before(async () => {
    empty = await anEmptyDatabase()
    way = await aWay(new URL(empty.url))
    database = await connectDatabase(settingsFor({ DATABASE_URL: way.url }), { log: pino({ level: 'silent' }) })
    service = await startAccounts(database)
  })
  after(async () => {
    await service.end()
    await database.close()
    await way.close()
    await empty.drop()
  })
  const aNumber = numbersFrom(9_877_500_000)

  test('answer 503 within 2 s, still know their tokens, and recover by themselves', async () => {
    const { accessToken: token, refreshToken } = await service.signIn(aNumber())
    assert.equal((await service.call('GET', '/test/anyone', { token })).status, 200)
    await way.close()
    const start = performance.now()
    const answers = [
      await service.call('GET', '/api/me', { token }),
      await service.call('POST', '/api/auth/refresh', { body: { refreshToken } }),
    ]
    await assert.rejects(service.signIn(aNumber()), Unavailable)
    assert.ok(performance.now() - start < allowed(3 * 2000))
    for (const { status, body } of answers) assert.deepEqual([status, body.code], [503, 'server.unavailable'])
    assert.equal((await service.call('GET', '/test/anyone', { token })).status, 200)

    await way.reopen()
    const deadline = performance.now() + allowed(5000)
    while ((await service.call('GET', '/api/me', { token })).status !== 200) {
      assert.ok(performance.now() < deadline, 'did not recover')
      await sleep(50)
    }
    assert.equal((await service.call('POST', '/api/auth/refresh', { body: { refreshToken } })).status, 200)
  })

  test('leave no account half made when connections break in the middle', async () => {
    const outcomes = { opened: 0, broken: 0 }
    for (let round = 0; round < 8; round += 1) {
      const signIns = inParallel(10, () =>
        service.signIn(aNumber()).then(
          () => (outcomes.opened += 1),
          (error: unknown) => {
            assert.ok(error instanceof Unavailable)
            outcomes.broken += 1
          },
        ),
      )
      await sleep(round * 2)
      way.cut()
      await signIns
    }
    assert.ok(outcomes.broken > 0, 'nothing broke')
    await sleep(200) // the pool has still to learn of the last cut
    const { rows } = await database.raw(
      `select count(*) as users, count(*) filter (where exists (select from devices where user_id = users.id)
         and exists (select from sessions where user_id = users.id)
         and exists (select from audit_events where user_id = users.id)) as whole from users`,
      [],
    )
    const [{ users, whole } = { users: 0, whole: 0 }] = rows as { users: number; whole: number }[]
    assert.equal(whole, users)
    assert.ok(users >= outcomes.opened)
  })
})
