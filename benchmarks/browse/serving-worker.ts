import { pino } from 'pino'
import { readConfig } from '../../src/config.ts'
import { connectDatabase } from '../../src/platform/database/connect-database.ts'
import { serveWork } from '../harness/serve-work.ts'
import { openFaces } from './faces.ts'
import { makePoints, makeStores } from './make-stores.ts'

// Which store serves a place, asked of the face of stores inside the process.

const env = process.env as Record<string, string>
const database = await connectDatabase(readConfig(env, Date.now()).database, { log: pino({ level: 'silent' }) })
const { stores } = await openFaces(database, env)
const points = makePoints(makeStores(Number(env['STORES'])), 10_000)
let asked = 0

serveWork(async () => {
  const point = points[asked % points.length]
  asked += 1
  if (!point) throw new Error('there are no points')
  const { outcome } = await stores.findServingStore(point)
  if (outcome !== 'serviceable' && outcome !== 'not_covered') throw new Error(`a place was ${outcome}`)
})
