import { pino } from 'pino'
import { readConfig } from '../../src/config.ts'
import { connectDatabase } from '../../src/platform/database/connect-database.ts'
import { serveWork } from '../harness/serve-work.ts'
import { openFaces } from './faces.ts'
import { type Goods, newOrder, reserve } from './reservations.ts'

// Orders come in one after the other in each loop, and each holds its lines through the face of inventory.

const env = process.env as Record<string, string>
const goods = JSON.parse(env['GOODS'] ?? '') as Goods
const database = await connectDatabase(readConfig(env, Date.now()).database, { log: pino({ level: 'silent' }) })
const { inventory } = await openFaces(database, env)

serveWork(() => reserve({ database, inventory }, goods.storeId, newOrder(goods)))
