import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { runProgram, type ServerProcess, startServer } from '../support/processes.ts'

const program = 'src/commands/demo.ts'

describe('npm run demo', () => {
  let folder: string
  let server: ServerProcess
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'demo-'))
    server = await startServer({ NODE_ENV: 'development', DEMO_DATA: 'true', DATA_DIR: folder })
  })
  after(async () => {
    await server.end()
    await rm(folder, { recursive: true })
  })

  test('walks through the shop in words: cart, sign-in, bill, an order delivered, another paid and refunded', async () => {
    const { code, output } = await runProgram(program, ['--url', server.url], { DATA_DIR: folder })
    assert.equal(code, 0, output)
    const steps = [...output.matchAll(/→ stream: ([a-z ]+)/g)].map(([, step = '']) => step.trim())
    const delivered = ['placed', 'picking', 'packed', 'out for delivery', 'arrived', 'delivered']
    assert.deepEqual(steps, [...delivered, 'pending payment', 'placed', 'cancelled', 'refunded'])
    assert.match(output, /WELCOME50/)
    const [, toPay] = /To pay +(₹[0-9.]+)/.exec(output) ?? []
    assert.ok(toPay !== undefined && toPay !== '₹0.00', output)
    const [, asked] = /is pending payment: (₹[0-9.]+)/.exec(output) ?? []
    assert.equal(/stream: refunded (₹[0-9.]+)/.exec(output)?.[1], asked)
    assert.doesNotMatch(output, /\b(?:\+91)?9\d{9}\b/, 'a whole number is told')
    assert.doesNotMatch(output, /GST/, 'the seller has no GSTIN')
  })

  test('says what is missing when no server answers', async () => {
    const { code, output } = await runProgram(program, ['--url', 'http://127.0.0.1:1'], { DATA_DIR: folder })
    assert.equal(code, 1)
    assert.equal(output, 'Nothing answers at http://127.0.0.1:1/api. Start the server first: npm run dev\n')
  })
})
