import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { ConfigurationError, readConfig } from '../../src/config.ts'
import { loadEnvFile } from '../../src/platform/config/load-env-file.ts'
import { postgresMissing } from '../support/databases.ts'
import { fakeVendor } from '../support/fake-vendor.ts'
import { runToEnd, startServer } from '../support/processes.ts'
import { productionEnv } from '../support/service.ts'
import { allowed } from '../support/time-limits.ts'

/** Production keeps its data there. */
const needsPostgres = { skip: postgresMissing }

describe('starting and stopping', () => {
  test('27 · refuses development mode and the console provider in production, and says why', async () => {
    const production = {
      NODE_ENV: 'production',
      SECRET_KEY: 'k'.repeat(32),
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    }
    const [contradiction, console] = await Promise.all([
      runToEnd({ ...production, FLASK_ENV: 'development' }),
      runToEnd({ ...production, SMS_PROVIDERS: 'twilio,console' }),
    ])
    assert.equal(contradiction.code, 1)
    assert.match(contradiction.output, /NODE_ENV=production and FLASK_ENV=development contradict/)
    assert.equal(console.code, 1)
    assert.match(console.output, /console/)
    assert.doesNotMatch(console.output, /\n\s+at /)
  })

  test('is production unless development is asked for, and prints every fault of a bad configuration at once, without values', async () => {
    const { code, output } = await runToEnd({
      API_PORT: 'many',
      CORS_ORIGINS: '*',
      TRUST_PROXY: 'true',
      TWILIO_ACCOUNT_SID: 'not-an-sid-4711',
      SMS_HOURLY_BUDGET: '-1',
      REDIS_URL: 'http://user:hunter2@example',
      TEST_PHONES: '+919999900001:123456',
    })
    assert.equal(code, 1)
    for (const name of [
      'SECRET_KEY',
      'DATABASE_URL',
      'API_PORT',
      'CORS_ORIGINS',
      'TRUST_PROXY',
      'TWILIO_ACCOUNT_SID',
      'SMS_HOURLY_BUDGET',
      'REDIS_URL',
      'TEST_PHONES_UNTIL',
    ]) {
      assert.match(output, new RegExp(name))
    }
    assert.doesNotMatch(output, /4711|hunter2|9999900001|\n\s+at /)
  })

  test('names faulty texts together with the other faults, and nothing that only follows from another fault', async () => {
    const { output } = await runToEnd({
      API_PORT: 'many',
      SMS_BRAND: '₹hop',
      SMS_TEXT_EN: '{code} for 10 minutes',
      OTP_LIFE_SECONDS: 'ten',
      DLT_TEMPLATE_ID_EN: 'x',
      DLT_TEMPLATE_ID_HI: '11',
    })
    for (const name of ['SECRET_KEY', 'API_PORT', 'SMS_BRAND', 'OTP_LIFE_SECONDS', 'DLT_TEMPLATE_ID_EN must']) {
      assert.ok(output.includes(`- ${name}`), `${name} in ${output}`)
    }
    assert.doesNotMatch(output, /lives|DLT_TEMPLATE_ID_EN is missing/)
  })

  const development = { NODE_ENV: 'development', API_PORT: '0', LOG_LEVEL: 'silent' }
  const unusable: [setting: string, value: string][] = [
    ['REDIS_URL', 'redis://:sEcReTpw@[bad'],
    ['REDIS_URL', 'redis://:sEcReTpw@h:99999'],
    ['REDIS_URL', 'redis://:sEcReTpw%zz@h'],
    ['REDIS_URL', 'redis://:sEcReTpw@h/cache'],
    ['TRUST_PROXY', '0.0.0.0/0'],
    ['TRUST_PROXY', '::/0'],
    ['TRUST_PROXY', 'fe80::1%a-b'],
    ['CORS_ORIGINS', 'https://user:sEcReTpw@shop.example'],
    ['CORS_ORIGINS', 'https://Shop.example'],
    ['CORS_ORIGINS', 'https://shop.example:443'],
    ['PUBLIC_URL', 'https://user:sEcReTpw@shop.example'],
    ['PUBLIC_URL', 'https://[bad'],
    ['TWILIO_BASE_URL', 'https://user:sEcReTpw@vendor.example'],
    ['FAST2SMS_BASE_URL', 'https://user@vendor.example'],
    ['FAST2SMS_BASE_URL', 'https://vendor.example/lost'],
    ['FAST2SMS_API_KEY', 'sEcReTpw–'],
    ['TWILIO_AUTH_TOKEN', 'sEcReTpw\u00a0x'],
    ['METRICS_TOKEN', 'sEcReTpw–sEcReTpw'],
  ]
  test('refuses, in a sentence for people, what would fail later', () => {
    for (const [name, value] of unusable) {
      assert.throws(
        () => readConfig({ ...development, [name]: value }, 0),
        (error: Error) => {
          assert.match(error.message, new RegExp(`- ${name} (must|is) [^\\n]+\\.$`), value)
          assert.doesNotMatch(error.message, /sEcReTpw|text like/)
          return error instanceof ConfigurationError
        },
        `${name}=${value}`,
      )
    }
  })

  test('says what NODE_ENV is for where somebody has not set it and something is missing', () => {
    const advice = /\nNODE_ENV is not set, .* set NODE_ENV=development\.$/
    assert.throws(() => readConfig({}, 0), advice)
    for (const env of [
      { NODE_ENV: 'production' },
      { NODE_ENV: 'staging' },
      { FLASK_ENV: 'development', API_PORT: 'x' },
    ])
      assert.throws(
        () => readConfig(env, 0),
        (error: Error) => error instanceof ConfigurationError && !advice.test(error.message),
      )
  })

  test('says in one sentence why it cannot listen', async (context) => {
    const taken = createServer().listen(0, '127.0.0.1')
    context.after(() => taken.close())
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const folder = await mkdtemp(join(tmpdir(), 'data-folder-')) // the first of them makes a database, which takes longest
    context.after(() => rm(folder, { recursive: true }))
    const cases = [
      [{ API_PORT: String(port) }, /^Cannot listen on 127\.0\.0\.1 port \d+: another program/],
      [{ API_HOST: '192.0.2.1' }, /^Cannot listen on 192\.0\.2\.1 port 0: this machine has no such address/],
      [{ API_HOST: 'nowhere.invalid' }, /^Cannot listen on nowhere\.invalid port 0: no such host/],
    ] as const
    for (const [env, sentence] of cases) {
      const { code, output } = await runToEnd({ ...development, DATA_DIR: folder, ...env })
      assert.equal(code, 1)
      assert.match(output, sentence)
      assert.equal(output.trim().split('\n').length, 1, output)
    }
  })

  test('says in one sentence that .env cannot be read, and does without one', async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'env-file-'))
    context.after(() => rm(folder, { recursive: true }))
    assert.throws(() => loadEnvFile(folder), { name: 'CannotStart', message: /cannot be read: it must be a text file/ })
    loadEnvFile(join(folder, '.env'))
  })

  test('says in one sentence what is wrong with the data folder or the secret in it', async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'data-folder-'))
    context.after(() => rm(folder, { recursive: true }))
    const empty = join(folder, 'empty')
    const isFolder = join(folder, 'folder')
    const isLink = join(folder, 'link')
    for (const each of [empty, isFolder, isLink]) await mkdir(each)
    await writeFile(join(empty, 'secret-key'), '')
    await mkdir(join(isFolder, 'secret-key'))
    await symlink('/nowhere/at-all', join(isLink, 'secret-key'))
    const cases = [
      [empty, /holds no key/],
      [isFolder, /there is a folder where a file belongs/],
      [isLink, /cannot be used/],
      [join(folder, 'x'.repeat(300)), /its name is too long/],
      ['/proc/blinkit', /cannot be used/],
    ] as const
    for (const [at, sentence] of cases) {
      const { code, output } = await runToEnd({ ...development, DATA_DIR: at })
      assert.equal(code, 1, output)
      assert.match(output, sentence)
      assert.equal(output.trim().split('\n').length, 1, output)
    }
  })

  test('is not held by clients that never end their request when it is told to stop', needsPostgres, async () => {
    const server = await startServer({
      ...development,
      NODE_ENV: 'production',
      SECRET_KEY: 'k'.repeat(32),
      LOG_LEVEL: 'info',
    })
    const { hostname, port } = new URL(server.url)
    const halves = [
      '',
      'GET /api/health HTTP/1.1\r\nHost: x\r\n',
      'POST /api/send-otp HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    ]
    const sockets = halves.map(() =>
      connect(Number(port), hostname)
        .on('error', () => undefined)
        .setNoDelay(),
    )
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    for (const [at, socket] of sockets.entries()) socket.write(halves[at] as string)
    await new Promise((resolve) => setTimeout(resolve, 200))
    const startedAt = performance.now()
    assert.equal(await server.end('SIGTERM'), 0)
    assert.ok(performance.now() - startedAt < allowed(3000))
    assert.match(server.output(), /"connections":2,"msg":"unfinished requests were cut off"/)
  })

  test('a second signal ends it at once, with the log written', needsPostgres, async (context) => {
    const vendor = await fakeVendor()
    context.after(() => vendor.close())
    const server = await startServer(productionEnv(vendor))
    vendor.answer({ twilio: { afterMs: 2500 } })
    server.post('/api/send-otp', { phoneNumber: '9876543210' }).catch(() => undefined)
    while (vendor.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    server.child.kill('SIGINT')
    await new Promise((resolve) => setTimeout(resolve, 100))
    assert.equal(await server.end('SIGINT'), 1)
    assert.match(server.output(), /"signal":"SIGINT","msg":"stopping"/)
  })

  test('says in one sentence that Redis is not there, without its address', async () => {
    const { code, output } = await runToEnd({
      NODE_ENV: 'development',
      REDIS_URL: 'redis://:hunter2@127.0.0.1:1',
      LOG_LEVEL: 'silent',
    })
    assert.equal(code, 1)
    assert.equal(output.trim(), 'Redis does not answer')
  })

  test('finishes what is in flight when it is told to stop', needsPostgres, async (context) => {
    const vendor = await fakeVendor()
    context.after(() => vendor.close())
    const server = await startServer(productionEnv(vendor))
    vendor.answer({ twilio: { afterMs: 800 } })
    const sending = server.post('/api/send-otp', { phoneNumber: '9876543210' })
    while (vendor.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    const ended = server.end('SIGTERM')
    assert.equal((await sending).body.success, true)
    assert.equal(await ended, 0)
    await assert.rejects(server.get('/api/health'))
  })

  test('hands out codes in development only, and listens on this machine only', async (context) => {
    const server = await startServer({ NODE_ENV: 'development', API_HOST: '' })
    context.after(() => server.end())
    assert.match(server.url, /127\.0\.0\.1/)
    const { body } = await server.post('/api/send-otp', { phoneNumber: '9876543210' })
    assert.equal(body.development_mode, true)
    assert.equal(body.provider, 'development')
    assert.equal(body.message, `Development Mode: OTP is ${body.otp}`)
    while (!server.output().includes(body.otp)) await new Promise((resolve) => setTimeout(resolve, 10))
    assert.equal(
      (await server.post('/api/verify-otp', { phoneNumber: '9876543210', otp: body.otp })).body.success,
      true,
    )
  })
})
