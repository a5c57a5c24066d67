import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { aMigratedDatabase, postgresMissing } from '../support/databases.ts'
import { runProgram, type ServerProcess, startServer } from '../support/processes.ts'
import { allowed } from '../support/time-limits.ts'

const kinds = [
  { name: 'the embedded database, while the server has it', skip: false as string | false },
  { name: 'PostgreSQL', skip: postgresMissing },
]

for (const { name, skip } of kinds) {
  describe(`an operator's commands on ${name}`, { skip }, () => {
    let server: ServerProcess
    let env: Record<string, string>
    let remove: () => Promise<void>
    before(async () => {
      if (name === 'PostgreSQL') {
        const { url, drop } = await aMigratedDatabase()
        env = { DATABASE_URL: url, SECRET_KEY: 'k'.repeat(40), NODE_ENV: 'development' }
        remove = drop
      } else {
        const folder = await mkdtemp(join(tmpdir(), 'blinkit-commands-'))
        env = { DATA_DIR: folder }
        remove = () => rm(folder, { recursive: true })
      }
      server = await startServer({ NODE_ENV: 'development', ...env })
    })
    after(async () => {
      await server.end()
      await remove()
    })

    const run = (program: string, ...args: string[]) => runProgram(`src/commands/${program}.ts`, args, env)
    async function signIn(phoneNumber: string) {
      const { otp } = (await server.post('/api/send-otp', { phoneNumber })).body
      return (await server.post('/api/verify-otp', { phoneNumber, otp })).body
    }
    const get = (path: string, token: string) => server.get(path, { authorization: `Bearer ${token}` })

    test('make the first admin, who may see users from the next token on, and take the role away again', async () => {
      const { accessToken, refreshToken } = await signIn('9876543210')
      assert.equal((await get('/api/users', accessToken)).status, 403)
      const granted = await run('admin', 'grant', '+919876543210', 'admin')
      assert.deepEqual([granted.code, /admin/.test(granted.output)], [0, true], granted.output)
      assert.doesNotMatch(granted.output, /9876543210/)
      const fresh = (await server.post('/api/auth/refresh', { refreshToken })).body
      assert.equal((await get('/api/users', fresh.accessToken)).status, 200)

      assert.equal((await run('admin', 'grant', '9876543211', 'admin')).code, 0)
      assert.equal((await run('admin', 'revoke', '9876543210', 'admin')).code, 0)
      const deadline = Date.now() + allowed(5000)
      while ((await get('/api/users', fresh.accessToken)).status === 200) assert.ok(Date.now() < deadline)
    })

    test('rotate the key that signs, while older tokens stay good', async () => {
      const { accessToken } = await signIn('9876543212')
      const keysBefore = (await server.get('/.well-known/jwks.json')).body.keys.length
      const rotated = await run('keys', 'rotate')
      assert.equal(rotated.code, 0, rotated.output)
      const { accessToken: next } = await signIn('9876543213')
      assert.equal((await get('/api/me', accessToken)).status, 200)
      assert.equal((await get('/api/me', next)).status, 200)
      const deadline = Date.now() + allowed(15_000)
      while ((await server.get('/.well-known/jwks.json')).body.keys.length === keysBefore) {
        assert.ok(Date.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    })

    const testOfSecrets = name === 'PostgreSQL' ? test : () => undefined // the embedded one is asked of its owner
    testOfSecrets('make no key that the server could not sign with', async () => {
      const other = { ...env, SECRET_KEY: 'x'.repeat(40) }
      const { code, output } = await runProgram('src/commands/keys.ts', ['rotate'], other)
      assert.equal(code, 1)
      assert.match(output, /^The key that signs was sealed with another SECRET_KEY\./)
    })

    test('say in one sentence what is wrong', async () => {
      const wrong = [
        ['admin', 'grant', '12', 'admin'],
        ['admin', 'grant', '9876543210', 'king'],
        ['admin', 'crown'],
        ['keys', 'burn'],
        ['queue', 'retry'],
      ] as const
      for (const [program, ...args] of wrong) {
        const { code, output } = await run(program, ...args)
        assert.equal(code, 1, `${program} ${args.join(' ')}: ${output}`)
        assert.doesNotMatch(output, /\n\s+at /)
      }
      assert.equal((await run('queue', 'dead')).output.trim(), 'There are no dead letters.')
    })
  })
}
