import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it, mock } from 'node:test'
import { type Circuit, type CircuitState, createCircuit } from './circuit.ts'

const fail = async () => 'down'
const succeed = async () => 'up'

describe('a circuit', () => {
  let circuit: Circuit
  let changes: CircuitState[]

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'] })
    changes = []
    circuit = createCircuit<string>({
      failures: 5,
      openSeconds: 30,
      isFailure: (result) => result === 'down',
      onChange: (state) => changes.push(state),
    })
  })
  afterEach(() => mock.timers.reset())

  const open = async () => {
    for (let call = 0; call < 5; call += 1) await circuit.run(fail)
  }

  it('opens after five failures in a row, and not after four', async () => {
    for (let call = 0; call < 4; call += 1) await circuit.run(fail)
    await circuit.run(succeed)
    for (let call = 0; call < 4; call += 1) await circuit.run(fail)
    assert.equal(circuit.state(), 'closed')
    await circuit.run(fail)
    assert.equal(circuit.state(), 'open')
    assert.equal(circuit.takesCalls(), false)
  })

  it('runs nothing while it is open', async () => {
    await open()
    const call = mock.fn(succeed)
    mock.timers.tick(29_999)
    assert.equal(await circuit.run(call), 'skipped')
    assert.equal(call.mock.callCount(), 0)
  })

  it('lets exactly one of a hundred parallel calls through as a probe, and nobody waits for it', async () => {
    await open()
    mock.timers.tick(30_000)
    assert.equal(circuit.state(), 'half-open')
    const probe = Promise.withResolvers<string>()
    const call = mock.fn(() => probe.promise)
    const results = Array.from({ length: 100 }, () => circuit.run(call))
    assert.deepEqual(await Promise.all(results.slice(1)), Array(99).fill('skipped'))
    assert.equal(call.mock.callCount(), 1)
    assert.equal(circuit.takesCalls(), false)
    probe.resolve('up')
    assert.equal(await results[0], 'up')
    assert.equal(circuit.state(), 'closed')
  })

  it('opens again for as long when the probe fails', async () => {
    await open()
    mock.timers.tick(30_000)
    assert.equal(await circuit.run(fail), 'down')
    assert.equal(circuit.state(), 'open')
    mock.timers.tick(29_999)
    assert.equal(await circuit.run(succeed), 'skipped')
    mock.timers.tick(1)
    assert.equal(await circuit.run(succeed), 'up')
    assert.equal(circuit.state(), 'closed')
  })

  it('tells each change of its state once', async () => {
    await open()
    mock.timers.tick(30_000)
    await circuit.run(succeed)
    await circuit.run(succeed)
    assert.deepEqual(changes, ['open', 'half-open', 'closed'])
  })

  it('opens once when failures of calls in parallel come in late', async () => {
    await Promise.all(Array.from({ length: 20 }, () => circuit.run(fail)))
    assert.deepEqual(changes, ['open'])
  })
})
