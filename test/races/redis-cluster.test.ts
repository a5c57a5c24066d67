import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Redis } from 'ioredis'
import { freePort, type OwnRedis, type ServerProcess, startRedis, startServer } from '../support/processes.ts'
import { until } from '../support/queues.ts'

const folder = await mkdtemp(join(tmpdir(), 'cluster-'))
const clusterArgs = [
  '--cluster-enabled',
  'yes',
  '--cluster-config-file',
  join(folder, 'nodes.conf'),
  '--dir',
  folder,
  '--cluster-announce-ip',
  '127.0.0.1',
]
/** The nodes of a cluster talk on the port 10,000 above their own. */
async function portWithRoomAbove(): Promise<number> {
  const port = await freePort()
  return port <= 55_000 ? port : portWithRoomAbove()
}
const redis = await startRedis(await portWithRoomAbove(), clusterArgs)

/** One node that holds all slots: it refuses whatever touches two of them, as a larger cluster does. */
async function takeAllSlots({ url }: OwnRedis): Promise<void> {
  const node = new Redis(url)
  await node.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
  while (!String(await node.call('CLUSTER', 'INFO')).includes('cluster_state:ok')) {
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  node.disconnect()
}

describe('on a Redis Cluster', { skip: redis ? false : 'no redis-server on this machine' }, () => {
  let server: ServerProcess
  before(async () => {
    const { url } = redis as OwnRedis
    await takeAllSlots(redis as OwnRedis)
    server = await startServer({ NODE_ENV: 'development', REDIS_URL: url, REDIS_CLUSTER: 'true' })
  })
  after(async () => {
    await server?.end()
    await redis?.end()
    await rm(folder, { recursive: true })
  })

  test('a person signs in: every operation stays in one slot', async () => {
    const phoneNumber = '9876543210'
    const sent = await server.post('/api/send-otp', { phoneNumber })
    assert.equal(sent.body.success, true, sent.text)
    assert.equal((await server.get(`/api/otp-status/${phoneNumber}`)).body.data.exists, true)
    const wrong = sent.body.otp === '000000' ? '000001' : '000000'
    assert.equal((await server.post('/api/verify-otp', { phoneNumber, otp: wrong })).body.triesLeft, 4)
    assert.equal((await server.post('/api/verify-otp', { phoneNumber, otp: sent.body.otp })).body.success, true)
    await until(async () => (await server.get('/api/health')).body.success === true) // a start on a busy machine goes on
  })
})
