import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, describe, test } from 'node:test'
import { pino } from 'pino'
import { CannotStart } from '../../src/platform/cannot-start.ts'
import { connectDatabase } from '../../src/platform/database/connect-database.ts'
import { askOwner } from '../../src/platform/database/embedded/ask-owner.ts'
import { openEmbedded } from '../../src/platform/database/embedded/open-embedded.ts'
import { readCluster } from '../../src/platform/database/embedded/prepared-cluster.ts'
import { Unavailable } from '../../src/platform/unavailable.ts'
import { settingsFor } from '../support/databases.ts'
import { bareEnv } from '../support/processes.ts'
import { inParallel } from '../support/service.ts'

const project = join(import.meta.dirname, '../..')
const log = pino({ level: 'silent' })
const root = mkdtempSync(join(tmpdir(), 'embedded-'))
after(() => {
  if (canMount) execFileSync('umount', ['-l', disk])
  rmSync(root, { recursive: true, force: true })
})

let folders = 0
const aFolder = (): string => {
  folders += 1
  return join(root, String(folders))
}

const open = (folder: string) => connectDatabase(settingsFor({ DATA_DIR: folder }), { log })

/** A process that opens the folder, says so, and then writes one row after the other, acknowledging each. */
const writer = `
  import { pino } from 'pino'
  import { connectDatabase } from './src/platform/database/connect-database.ts'
  import { inTransaction } from './src/platform/database/in-transaction.ts'
  import { settingsFor } from './test/support/databases.ts'
  import { sql } from 'kysely'
  const [folder, start] = process.argv.slice(1)
  const log = pino({ level: 'silent' })
  const database = await connectDatabase(settingsFor({ DATA_DIR: folder }), { log }).catch((error) => {
    process.stdout.write(error.message + '\\n', () => process.exit(1))
    return new Promise(() => undefined)
  })
  database.onCommand(async (command) => ['did', ...command])
  process.stdout.write('open\\n')
  if (start !== undefined) {
    await database.raw('create table if not exists rows_kept (id int primary key, filler text)', [])
    for (let id = Number(start); ; id += 1) {
      await inTransaction(database.db, async (tx) => {
        await sql\`insert into rows_kept values (\${id}, repeat('x', 500))\`.execute(tx)
      })
      process.stdout.write(id + '\\n')
    }
  }
  setInterval(() => undefined, 1000)
`

interface Writer {
  child: ChildProcess
  lines: string[]
  /** The first line, which is \`open\` when it has the folder. */
  first: Promise<string>
  kill(): Promise<void>
}

function startWriter(folder: string, start?: number): Writer {
  const args = [
    '--input-type=module-typescript',
    '--eval',
    writer,
    folder,
    ...(start === undefined ? [] : [String(start)]),
  ]
  const child = spawn(process.execPath, args, {
    cwd: project,
    env: { ...bareEnv, TEST_DATABASE_URL: 'postgres://127.0.0.1:1/none' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  const { promise: first, resolve } = Promise.withResolvers<string>()
  const read = createInterface(child.stdout as NodeJS.ReadableStream).on('line', (line) => {
    lines.push(line)
    resolve(line)
  })
  const ended = Promise.all([once(child, 'close'), once(read, 'close')])
  void ended.then(() => resolve(''))
  return {
    child,
    lines,
    first,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('the embedded database is killed', () => {
  test('loses no acknowledged write in 8 kills, and starts again each time', async () => {
    const folder = aFolder()
    let next = 1
    for (let kills = 0; kills < 8; kills += 1) {
      const { lines, first, kill } = startWriter(folder, next)
      assert.equal(await first, 'open')
      await sleep(80 + kills * 55)
      await kill()
      const acknowledged = Number(lines.at(-1)) || next - 1

      const database = await open(folder)
      await database.raw('create table if not exists rows_kept (id int primary key, filler text)', []) // may have been killed before that
      const { rows } = await database.raw('select count(*) as count, max(id) as last from rows_kept', [])
      const { count, last } = rows[0] as { count: number; last: number | null }
      assert.ok((last ?? 0) >= acknowledged, `acknowledged up to ${acknowledged}, kept up to ${last}`)
      assert.equal(count, last ?? 0)
      next = (last ?? 0) + 1
      await database.close()
    }
    assert.ok(next > 30, `only ${next - 1} writes`)
  })

  test('starts after a kill at any moment of its first start', async () => {
    for (const afterMs of [250, 400, 550, 700, 900]) {
      const folder = aFolder()
      const { kill } = startWriter(folder)
      await sleep(afterMs)
      await kill()
      const database = await open(folder)
      await database.ping()
      await database.close()
    }
  })

  test('unpacks anew what was half unpacked', async () => {
    const folder = aFolder()
    mkdirSync(join(folder, 'postgres.unfinished/base'), { recursive: true })
    writeFileSync(join(folder, 'postgres.unfinished/PG_VERSION'), '1')
    const database = await open(folder)
    await database.ping()
    await database.close()
    assert.deepEqual(readdirSync(folder), ['postgres'])
  })
})

describe('two processes and one data folder', () => {
  test('the second one is told in one sentence who has it, and the first one is not disturbed', async () => {
    const folder = aFolder()
    const { first, child, kill } = startWriter(folder)
    assert.equal(await first, 'open')
    await assert.rejects(open(folder), {
      name: 'CannotStart',
      message: `${folder} is in use by process ${child.pid}: stop it, or choose another folder with DATA_DIR.`,
    })
    assert.deepEqual(await askOwner(folder, ['ping']), ['did', 'ping'])
    await kill()
  })

  test('a process that is stopped still has it', async () => {
    const folder = aFolder()
    const { first, child, kill } = startWriter(folder)
    await first
    child.kill('SIGSTOP')
    await assert.rejects(open(folder), /is in use by another process/)
    await kill()
  })

  test('exactly one of six that come at once gets it, though a dead one left its socket there', async () => {
    const folder = aFolder()
    const dead = startWriter(folder)
    await dead.first
    await dead.kill()
    assert.equal(readdirSync(folder).filter((name) => name.endsWith('.sock')).length, 1)
    for (let round = 0; round < 3; round += 1) {
      const writers = await inParallel(6, async () => startWriter(folder))
      const firsts = await Promise.all(writers.map(({ first }) => first))
      assert.equal(firsts.filter((line) => line === 'open').length, 1, firsts.join('\n'))
      assert.equal(firsts.filter((line) => /is in use by/.test(line)).length, 5, firsts.join('\n'))
      await Promise.all(writers.map(({ kill }) => kill()))
    }
  })

  test('works where the path is too long for a socket', async () => {
    const folder = join(aFolder(), 'a-long-name-of-a-folder'.repeat(8))
    const { first, kill } = startWriter(folder)
    assert.equal(await first, 'open')
    await assert.rejects(open(folder), /is in use by process/)
    assert.deepEqual(await askOwner(folder, ['grant', '+919876543210']), ['did', 'grant', '+919876543210'])
    await kill()
    await (await open(folder)).close()
  })
})

describe('commands to the process that has the folder', () => {
  test('nobody answers where nobody has it', async () => {
    const folder = aFolder()
    assert.equal(await askOwner(folder, ['x']), undefined)
    await (await open(folder)).close()
    assert.equal(await askOwner(folder, ['x']), undefined)
  })

  test('answers with lines or with the reason why not, to this user only, and tells nothing of a bug', async (context) => {
    const folder = aFolder()
    const database = await open(folder)
    context.after(() => database.close())
    const [socket = ''] = readdirSync(folder).filter((name) => name.endsWith('.sock'))
    assert.equal(statSync(join(folder, socket)).mode & 0o777, 0o600)
    assert.equal(statSync(folder).mode & 0o777, 0o700)

    await assert.rejects(askOwner(folder, ['x']), /is not ready for commands yet/)
    database.onCommand(async ([verb, ...rest]) => {
      if (verb === 'refuse') throw new CannotStart('There is no such user.')
      if (verb === 'break') throw new Error('secret')
      return rest
    })
    assert.deepEqual(await askOwner(folder, ['echo', '$(touch x)', 'a\nb', '']), ['$(touch x)', 'a\nb', ''])
    await assert.rejects(askOwner(folder, ['refuse']), { name: 'CannotStart', message: 'There is no such user.' })
    await assert.rejects(askOwner(folder, ['break']), /could not do it: see its log/)
  })
})

describe('the prepared cluster', () => {
  test('fits the installed PGlite: else run tools/write-embedded-cluster.ts', async () => {
    const { version } = JSON.parse(
      readFileSync(join(project, 'node_modules/@electric-sql/pglite/package.json'), 'utf8'),
    )
    assert.equal(readCluster().header.pglite, version)
    const lines: string[] = []
    const engine = await openEmbedded(aFolder(), { log: pino({}, { write: (line: string) => void lines.push(line) }) })
    await engine.close()
    assert.deepEqual(lines, [])
  })

  test('is done without, and the log says so, where it does not fit', async () => {
    const broken = join(root, 'broken.br')
    const { brotliCompressSync } = await import('node:zlib')
    const header = { pglite: '0', folders: ['base'], files: [['PG_VERSION', 2, 2]] }
    writeFileSync(broken, brotliCompressSync(`${JSON.stringify(header)}\n99`))
    const lines: string[] = []
    const folder = aFolder()
    const engine = await openEmbedded(folder, {
      log: pino({}, { write: (line: string) => void lines.push(line) }),
      prepared: broken,
    })
    assert.match(lines.join(), /the prepared database does not fit this PGlite/)
    const session = await engine.connect()
    assert.deepEqual((await session.query('select 1 as one')).rows, [{ one: 1 }])
    session.release()
    await engine.close()
  })
})

/** A small file system of its own, where this user may make one. */
function mount(folder: string, size: string): boolean {
  mkdirSync(folder, { recursive: true })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const disk = join(root, 'disk')
const canMount = mount(disk, '16m')

describe('a data folder that cannot be used', () => {
  test('is told in one sentence', async () => {
    const file = join(root, 'file')
    writeFileSync(file, '')
    await assert.rejects(open(join(file, 'below')), {
      name: 'CannotStart',
      message: `The data folder ${join(file, 'below')} cannot be used: a part of its path is a file.`,
    })
    await assert.rejects(open('/proc/blinkit'), /^CannotStart: The data folder \/proc\/blinkit cannot be used: /)
  })

  describe('on a disk of its own', { skip: canMount ? false : 'this user may mount nothing' }, () => {
    const folder = join(disk, 'data')
    const ballast = join(disk, 'ballast')
    const fill = () => {
      try {
        for (;;) writeFileSync(ballast, Buffer.alloc(65_536), { flag: 'a' })
      } catch {
        // full
      }
    }

    test('a full disk stops the first start with a sentence, and nothing of it is in the way later', async () => {
      fill()
      await assert.rejects(open(folder), {
        name: 'CannotStart',
        message: `The data folder ${folder} cannot be used: the disk is full.`,
      })
      rmSync(ballast)
      await (await open(folder)).close()
    })

    test('a disk that fills up makes writes Unavailable; when there is room again, nothing acknowledged is lost', async () => {
      let database = await open(folder)
      await database.raw('create table rows_kept (id int primary key, filler text)', [])
      const insert = (id: number) => database.raw(`insert into rows_kept values ($1, $2)`, [id, 'x'.repeat(900) + id])
      await insert(1)
      fill()
      let last = 1
      await assert.rejects(async () => {
        for (;;) {
          await insert(last + 1)
          last += 1
        }
      }, Unavailable)
      await database.close().catch(() => undefined)
      rmSync(ballast)
      database = await open(folder)
      const { rows } = await database.raw('select max(id) as last from rows_kept', [])
      assert.ok((rows[0] as { last: number }).last >= last)
      await insert(last + 100)
      await database.close()
    })

    test('a read-only disk is told in one sentence', async (context) => {
      const readOnly = join(root, 'read-only')
      assert.ok(mount(readOnly, '16m'))
      context.after(() => execFileSync('umount', ['-l', readOnly]))
      const there = join(readOnly, 'data')
      const { first, kill } = startWriter(there)
      assert.equal(await first, 'open')
      await kill()
      execFileSync('mount', ['-o', 'remount,ro', readOnly])
      await assert.rejects(open(there), {
        name: 'CannotStart',
        message: `The data folder ${there} cannot be used: it is on a file system that is read-only.`,
      })
    })

    test('a full disk stops a later start with a sentence', async () => {
      fill()
      const failure = await open(folder).catch((error: unknown) => error)
      if (failure instanceof CannotStart) assert.match(failure.message, /the disk is full/)
      else await (failure as Awaited<ReturnType<typeof open>>).close() // it needed no room
      rmSync(ballast)
    })

    test('a disk too full for the log stops the database for good, says so, and nothing acknowledged is lost', async () => {
      const lines: string[] = []
      const fatal = pino({ level: 'fatal' }, { write: (line: string) => void lines.push(line) })
      let database = await connectDatabase(settingsFor({ DATA_DIR: folder }), { log: fatal })
      await database.raw('create table counts (id int primary key, filler text)', [])
      // Room in the table, so that it is the log and not the table that finds none.
      await database.raw("insert into counts select n, repeat('x', 900) from generate_series(-500, 0) as n", [])
      await database.raw('delete from counts where id < 0', [])
      await database.raw('vacuum counts', [])
      fill()
      let last = 0
      await assert.rejects(async () => {
        for (;;) {
          await database.raw(
            `with noise as (select pg_logical_emit_message(true, '', repeat('x', 60000)))
             update counts set id = $1, filler = $2 where (select count(*) from noise) = 1`,
            [last + 1, 'x'.repeat(900) + last],
          )
          last += 1
        }
      }, Unavailable)
      rmSync(ballast)
      await assert.rejects(database.ping(), Unavailable)
      assert.match(lines.join(), /the embedded database stopped: this process must be started again/)
      await database.close()
      database = await open(folder)
      const { rows } = await database.raw('select id from counts', [])
      assert.ok((rows[0] as { id: number }).id >= last)
      await database.close()
    })
  })
})
